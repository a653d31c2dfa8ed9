"""The page is plain files that need nothing from outside, and reaches Jira through its own port."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from sandbox.direct import direct_session
from sandbox.page import FILES
from sandbox.running import Sandbox
from tests.sandbox.ear import control

SCRIPTS = sorted(FILES.glob("*.js"))
ROOT = Path(__file__).parents[2]


def get(sandbox: Sandbox, path: str) -> tuple[str, str, str]:
    with direct_session() as session:
        answer = session.get(f"{sandbox.world.places.page}{path}", timeout=5)
    answer.raise_for_status()
    return answer.text, answer.headers["Content-Type"], answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_no_file_of_the_page_names_anything_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=[\"'](?!data:|/page/|#)", text) == []
    assert re.findall(r"(?:from|import) [\"'](?!\./)|@import|url\(", text) == []


def test_a_browser_is_told_to_load_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    html, kind, policy = get(sandbox, "/")
    assert kind == "text/html; charset=utf-8"
    assert "default-src 'none'" in policy
    assert "http" not in policy
    for asked in re.findall(r"/page/[\w.]+", html):
        get(sandbox, asked)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_writes_markup_from_texts(path: Path) -> None:
    writing = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function"
    assert re.findall(writing, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_read_and_says_what_it_is_for(path: Path) -> None:
    node = shutil.which("node")
    script = path.read_text(encoding="utf-8")
    assert script.startswith("/** ")
    assert len(script.splitlines()) <= 200
    if node is None:
        pytest.skip("there is no node to read the script with")
    command = [node, "--check", "--input-type=module", "-"]
    assert subprocess.run(command, input=script, text=True, check=False).returncode == 0


def test_the_hints_of_commands_are_the_manifests() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    script = (FILES / "composer.js").read_text(encoding="utf-8")
    for command in manifest["features"]["slash_commands"]:
        for name in ("command", "description", "usage_hint"):
            assert f'{name}: "{command[name]}"' in script


def test_the_menu_of_a_message_has_the_shortcuts_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    script = (FILES / "composer.js").read_text(encoding="utf-8")
    for one in manifest["features"]["shortcuts"]:
        assert f'{{ name: "{one["name"]}", callback_id: "{one["callback_id"]}" }}' in script


def test_a_permalink_of_slack_opens_the_page(sandbox: Sandbox) -> None:
    html, _, _ = get(sandbox, "/archives/C0YARD0001/p1700000000000000")
    assert html == get(sandbox, "/")[0]


def test_the_page_acts_in_jira_as_the_person_chosen(sandbox: Sandbox) -> None:
    told = control(sandbox, "GET", "people")
    [mika] = [person for person in told["people"] if person["name"] == "mika"]
    with direct_session() as session:
        session.auth = (mika["email"], told["token"])
        answer = session.get(f"{sandbox.world.places.page}/jira/rest/api/2/myself", timeout=5)
    assert answer.json()["accountId"] == "sbx-mika"
