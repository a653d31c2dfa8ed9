"""Imported history, and its replay without leaks."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from sandbox.history import HistoryError, read_payloads
from sandbox.running import Sandbox, new_world
from sandbox.seed import Seed
from tests.sandbox.ear import Ear, control, eventually, rest


def test_history_comes_in_as_it_ended_and_the_newest_is_held_back(replayed: Sandbox) -> None:
    call = rest(replayed, "mika")
    found = call("GET", "search/jql", params={"jql": "project = OLD ORDER BY key", "fields": "status"}).json()["issues"]
    assert [(issue["key"], issue["fields"]["status"]["name"]) for issue in found] == [
        ("OLD-1", "Closed"),
        ("OLD-2", "Closed"),
    ]
    assert call("GET", "search/approximate-count").status_code in (404, 405)
    assert control(replayed, "GET", "clock")["now"].startswith("2014-01-03T09:59:")


def test_a_replayed_issue_knows_nothing_of_its_future(replayed: Sandbox, ears: Any) -> None:
    ear: Ear = ears()
    control(replayed, "POST", "connect", {"webhook": {"url": ear.url}})
    made = control(replayed, "POST", "replay/next")
    eventually(lambda: ear.heard)
    told = json.loads(ear.heard[0].raw)["issue"]
    kept = rest(replayed, "mika")("GET", "issue/OLD-3", params={"expand": "changelog"}).json()

    assert (made["key"], made["id"], made["left"]) == ("OLD-3", "503", 0)
    for fields in (told["fields"], kept["fields"]):
        assert (fields["summary"], fields["status"]["name"], fields["resolution"]) == ("first words", "Open", None)
        assert (fields["issuelinks"], fields["labels"], fields["components"]) == ([], [], [])
        assert fields["created"] == fields["updated"] == "2014-01-03T10:00:00.000+0000"
    assert (kept["fields"]["comment"]["comments"], kept["changelog"]["histories"]) == ([], [])
    assert "is nothing left" in control(replayed, "POST", "replay/next")["error"].replace("there is", "is")


def test_the_truth_names_links_to_earlier_issues(replayed: Sandbox) -> None:
    assert control(replayed, "GET", "replay/truth") == {
        "links": [{"key": "OLD-3", "other": "OLD-1", "type": "Duplicate"}]
    }


def test_new_ids_stay_clear_of_imported_ones(replayed: Sandbox) -> None:
    made = rest(replayed, "mika")(
        "POST", "issue", json={"fields": {"project": {"key": "OLD"}, "issuetype": {"name": "Bug"}, "summary": "new"}}
    ).json()
    assert (made["key"], int(made["id"]) > 9000) == ("OLD-3", True)


@pytest.mark.parametrize("raw", [b"", b"{}\n", b"not json\n", b"[1]\n", b"\xff\xfe\x00", b'{"key":"A-1"}'])
def test_a_file_that_is_no_history_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(raw)
    with pytest.raises(HistoryError):
        read_payloads(path)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.xz"
    path.write_bytes(lzma.compress(b"{}")[:-4])
    with pytest.raises(HistoryError, match="cannot be read"):
        read_payloads(path)


def test_the_real_file_comes_in_whole(shared: Path, unlimited: Seed) -> None:
    payloads = shared / "datasets/jira_issues_apache.jsonl.xz"
    world = new_world(unlimited, history=payloads, replay=100)
    assert (len(world.jira.issues), len(world.held_back.waiting)) == (401, 100)
    held = {payload["key"] for payload in world.held_back.waiting}
    assert {link["key"] for link in world.held_back.links} <= held
    assert len(world.held_back.links) > 20
