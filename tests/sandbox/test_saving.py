"""A sandbox's state saved and put back: nothing is lost, nothing is shared, nothing is half done."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.direct import direct_session
from sandbox.running import Sandbox, new_world
from sandbox.saving import StateError, put_back, save, saved
from sandbox.seed import Seed
from sandbox.world import World
from tests.sandbox.ear import Ear, Rest, control, new_issue, rest


def state(sandbox: Sandbox) -> bytes:
    with direct_session() as session:
        return session.get(f"{sandbox.world.places.page}/_sandbox/state", timeout=10).content


def load(sandbox: Sandbox, document: bytes) -> Any:
    with direct_session() as session:
        return session.post(f"{sandbox.world.places.page}/_sandbox/state", data=document, timeout=10).json()


def parts(document: bytes) -> Any:
    """A saved state without the clock, which goes on by itself; sets of words have no order."""
    found = json.loads(document)
    del found["clock"]
    return ordered(found)


def ordered(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: ordered(value) for name, value in part.items()}
    if isinstance(part, list):
        return sorted(part) if all(isinstance(one, str) for one in part) else [ordered(one) for one in part]
    return part


@pytest.fixture
def other(unlimited: Seed) -> Iterator[Sandbox]:
    running = Sandbox(new_world(unlimited))
    running.start()
    yield running
    running.stop()


def live(sandbox: Sandbox, dana: Rest, slack: Any) -> str:
    """Leave a trace in every service; the key of a new issue."""
    key = new_issue(dana, labels=["kept"])
    dana("POST", f"issue/{key}/comment", json={"body": "hello"})
    dana("PUT", f"issue/{key}", json={"fields": {"summary": "other words"}})
    dana("PUT", f"issue/{key}/properties/mark", json={"a": [1, None]})
    link = {"type": {"name": "Relates"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": "PAY-1"}}
    dana("POST", "issueLink", json=link)
    slack.chat_postMessage(channel="C0YARD0001", text="a question", metadata={"event_type": "x", "event_payload": {}})
    hook = {"webhook": {"url": "http://127.0.0.1:9/", "secret": "hush"}}
    control(sandbox, "POST", "connect", hook)
    return key


def test_a_world_comes_back_as_it_was(sandbox: Sandbox, other: Sandbox, dana: Rest, slack: Any) -> None:
    key = live(sandbox, dana, slack)
    document = state(sandbox)
    assert load(other, document) == {"ok": True}

    assert parts(state(other)) == parts(document)
    call = rest(other, "dana")
    issue = call("GET", f"issue/{key}?expand=changelog").json()
    call.session.close()
    fields = [item["field"] for entry in issue["changelog"]["histories"] for item in entry["items"]]
    assert (issue["fields"]["summary"], "summary" in fields) == ("other words", True)
    assert [link["outwardIssue"]["key"] for link in issue["fields"]["issuelinks"]] == ["PAY-1"]
    assert [message["text"] for message in control(other, "GET", "slack/messages?channel=yard")] == ["a question"]
    assert control(other, "GET", "effects") == control(sandbox, "GET", "effects")


def test_a_world_that_came_back_goes_on_with_fresh_numbers(
    sandbox: Sandbox, other: Sandbox, dana: Rest, slack: Any, ears: Callable[[], Ear]
) -> None:
    key = live(sandbox, dana, slack)
    load(other, state(sandbox))
    ear, call = ears(), rest(other, "dana")
    control(other, "POST", "connect", {"webhook": {"url": ear.url}})
    made = new_issue(call)
    told = call("GET", f"issue/{made}").json()
    call.session.close()

    assert int(made.split("-")[1]) == int(key.split("-")[1]) + 1
    assert int(told["id"]) > max(sandbox.world.jira.issues)
    assert sandbox.world.jira.issue(made) is None


def test_desks_and_requests_come_back_with_their_clocks(sandbox: Sandbox, other: Sandbox) -> None:
    document = state(sandbox)
    load(other, document)
    with direct_session() as session:
        session.auth = ("yardmaster@example.com", "sandbox")
        clocks = [
            session.get(f"{place}/rest/servicedeskapi/request/OPS-1/sla", timeout=10).json()["values"]
            for place in (sandbox.world.places.jira, other.world.places.jira)
        ]
    starts = [[sla["ongoingCycle"]["startTime"]["iso8601"] for sla in found] for found in clocks]
    assert (starts[0], len(starts[0]) > 0) == (starts[1], True)


@pytest.mark.parametrize("cut", ["jira", "slack", "twins", "effects", "form"])
def test_a_damaged_state_is_refused_and_changes_nothing(sandbox: Sandbox, dana: Rest, cut: str) -> None:
    document = json.loads(state(sandbox))
    document[cut] = {"issues": 3, "tokens": 1} if cut != "form" else 99
    key = new_issue(dana)
    assert "no saved state" in load(sandbox, json.dumps(document).encode())["error"]
    del document[cut]
    assert "no saved state" in load(sandbox, json.dumps(document).encode())["error"]
    assert dana("GET", f"issue/{key}").status_code == 200


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b"\xff", b"{" * 100_000, b'{"form": 1}'])
def test_what_is_no_state_is_refused(unlimited: Seed, document: bytes) -> None:
    with pytest.raises(StateError):
        put_back(new_world(unlimited), document)


def test_a_file_is_written_whole(unlimited: Seed, tmp_path: Path) -> None:
    first: World = new_world(unlimited)
    path = tmp_path / "town.json"
    path.write_text("older")
    save(first, path)
    second = new_world(unlimited)
    put_back(second, path.read_bytes())
    assert [entry.name for entry in tmp_path.iterdir()] == ["town.json"]
    assert parts(saved(second)) == parts(path.read_bytes())


def test_the_command_line_saves_at_the_end_and_goes_on_from_there(tmp_path: Path) -> None:
    kept = tmp_path / "town.json"
    ports = ["--page-port", "0", "--jira-port", "0", "--slack-port", "0"]

    def run(*options: str) -> None:
        command = [sys.executable, "-m", "sandbox", *ports, *options, "--save", str(kept)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["sandbox"] == "ready"
            process.terminate()
            assert process.wait(50) == 0

    run("--people", "3", "--issues", "5")
    first = parts(kept.read_bytes())
    run("--load", str(kept))

    assert "sbx-crowd2" in first["jira"]["accounts"]
    assert parts(kept.read_bytes()) == first


def test_the_command_line_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "town.json"
    kept.write_text("{}")
    command = [sys.executable, "-m", "sandbox", "--load", str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "no saved state" in done.stderr) == (1, True)
