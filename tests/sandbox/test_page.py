"""The page is one file that needs nothing from outside, and reaches Jira through its own port."""

import re
import shutil
import subprocess

import pytest

from sandbox.direct import direct_session
from sandbox.page import page
from sandbox.running import Sandbox
from tests.sandbox.ear import control


def test_the_page_loads_nothing_from_elsewhere() -> None:
    html = page()
    assert re.findall(r"(?:src|href)=[\"'](?!data:)[^\"'#]", html) == []
    assert "@import" not in html
    assert "/* parts.js */" not in html


def test_the_page_writes_no_markup_from_texts() -> None:
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", page()) == []


def test_the_pages_script_can_be_read() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node to read the script with")
    script = re.findall(r"<script>(.*?)</script>", page(), re.DOTALL)[0]
    assert subprocess.run([node, "--check", "-"], input=script, text=True, check=False).returncode == 0


def test_the_page_acts_in_jira_as_the_person_chosen(sandbox: Sandbox) -> None:
    told = control(sandbox, "GET", "people")
    [mika] = [person for person in told["people"] if person["name"] == "mika"]
    with direct_session() as session:
        session.auth = (mika["email"], told["token"])
        place = sandbox.world.places.page
        answer = session.get(f"{place}/jira/rest/api/2/myself", timeout=5)
        assert session.get(place, timeout=5).headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.json()["accountId"] == "sbx-mika"
