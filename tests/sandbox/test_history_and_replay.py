"""Imported history, its replay without leaks, and how a bot's proposals are measured."""

import json
import lzma
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bot import Bot, read_stream
from sandbox.history import HistoryError, read_payloads
from sandbox.replay import Outcome, Proposal, replay_all, table
from sandbox.running import Sandbox, new_world
from sandbox.score import ceiling, percentile, precision, recall
from sandbox.seed import Seed
from sandbox.story import Story
from tests.sandbox.ear import Ear, button, control, eventually, rest, section


def payload(number: int, **fields: Any) -> dict[str, Any]:
    person = {"name": "p1", "displayName": "p1", "emailAddress": "p1@example.org"}
    stamp = f"2014-01-{number:02d}T10:00:00.000+0000"
    base = {
        "summary": f"summary {number}",
        "description": "now",
        "created": stamp,
        "updated": stamp,
        "project": {"id": "77", "key": "OLD", "name": "Old"},
        "issuetype": {"id": "1", "name": "Bug"},
        "status": {"id": "6", "name": "Closed", "statusCategory": {"key": "done"}},
        "resolution": {"id": "1", "name": "Fixed"},
        "resolutiondate": stamp,
        "reporter": person,
        "creator": person,
        "issuelinks": [],
        "comment": {"comments": []},
    }
    return {"id": str(500 + number), "key": f"OLD-{number}", "fields": base | fields, "changelog": {"histories": []}}


def written(tmp_path: Path, *payloads: dict[str, Any]) -> Path:
    path = tmp_path / "issues.jsonl.xz"
    path.write_bytes(lzma.compress("\n".join(json.dumps(one) for one in payloads).encode()))
    return path


def duplicate_of(other: int, number: int = 9000) -> dict[str, Any]:
    kind = {"id": "12", "name": "Duplicate", "inward": "is duplicated by", "outward": "duplicates"}
    return {"id": str(number), "type": kind, "outwardIssue": {"id": str(500 + other), "key": f"OLD-{other}"}}


@pytest.fixture
def replayed(unlimited: Seed, tmp_path: Path) -> Iterator[Sandbox]:
    change = {"field": "summary", "fromString": "first words", "toString": "summary 3"}
    late = payload(3, issuelinks=[duplicate_of(1)], labels=["later"], components=[{"id": "5", "name": "late"}])
    later = {"author": {"name": "p2"}, "created": "2014-02-01T00:00:00.000+0000"}
    component = {"field": "Component", "from": None, "fromString": None, "to": "5", "toString": "late"}
    late["changelog"]["histories"] = [
        {"id": "1", **later, "items": [change]},
        {"id": "2", **later, "items": [component]},
    ]
    late["fields"]["comment"]["comments"] = [
        {
            "id": "8000",
            "body": "duplicate of OLD-1",
            "created": "2014-02-01T00:00:00.000+0000",
            "author": {"name": "p2"},
        }
    ]
    path = written(tmp_path, payload(2), late, payload(1))
    running = Sandbox(new_world(unlimited, history=path, replay=1))
    running.start()
    yield running
    running.stop()


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


@dataclass
class FakeBot:
    """A bot's public API: trails by key, ready or not, a stream with what `told` holds."""

    trails: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                key = self.path.rpartition("/")[2]
                if self.path.startswith("/api/trail/"):
                    body = json.dumps({"key": key, "entries": bot.trails.get(key, [])})
                elif self.path == "/api/stream":
                    body = "".join(f"id: {n}\nevent: x\ndata: {json.dumps(e)}\n\n" for n, e in enumerate(bot.told))
                else:
                    body = "ready"
                raw = body.encode()
                known = not self.path.startswith("/api/trail/") or key in bot.trails
                self.send_response(200 if known else 404)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                del code, size

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.bot = Bot(url=f"http://127.0.0.1:{self._server.server_port}", token="t")
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.bot.session.close()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def fake() -> Iterator[FakeBot]:
    made = FakeBot()
    yield made
    made.close()


def decided(key: str, other: str) -> dict[str, Any]:
    data = {"agent": "duplicates", "other": {"key": other}, "confidence": 910, "verdict": "ASK"}
    return {"kind": "decision.made", "key": key, "data": data}


def test_a_replay_is_measured_against_the_truth(replayed: Sandbox, fake: FakeBot) -> None:
    fake.trails["OLD-3"] = [decided("OLD-3", "OLD-1"), {"kind": "look.done", "key": "OLD-3"}]
    lines: list[str] = []
    outcome = replay_all(fake.bot, replayed.world.places.jira, lines.append, threading.Event())

    told = "\n".join(table(outcome))
    assert "issues handled          1 of 1" in told
    assert "precision, any link     1.00 (1 of 1;" in told
    assert "recall, duplicates      1.00 (1 of 1;" in told
    assert lines == ["1 issues replayed, 0 to go"]


def test_the_table_counts_what_is_wrong_and_what_is_missing() -> None:
    links = [{"key": "A", "other": "B", "type": "Duplicate"}, {"key": "A", "other": "C", "type": "Reference"}]
    proposals = [Proposal(key="A", other=other, confidence=900, verdict="ASK") for other in ("B", "X")]
    outcome = Outcome(waits_s={"A": 0.5}, late=["D"], proposals=proposals, links=links)
    told = "\n".join(table(outcome))
    assert "precision, any link     0.50 (1 of 2;" in told
    assert "recall, any link        0.50 (1 of 2;" in told
    assert "naming one issue for each finds 0.50 at best" in told
    assert "not handled in 60 s   D" in told


@given(
    st.sets(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"))),
    st.sets(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"))),
)
def test_precision_of_one_is_recall_of_the_other(proposed: set[tuple[str, str]], real: set[tuple[str, str]]) -> None:
    share = precision("ABC", proposed, real)
    assert share == recall("ABC", real, proposed)
    assert share.value is None or share.low <= share.value <= share.high or share.low == share.high


def test_percentiles_are_values_that_were_there() -> None:
    assert (percentile([3.0, 1.0, 2.0], 0.5), percentile([], 0.5), ceiling(set())) == (2.0, None, None)


def test_a_stream_is_read_over_comments_and_damage() -> None:
    lines = ["id: 1", 'data: {"a": 1}', "", ": ping", "", "data: {damaged", "", 'data: {"b":', "data: 2}", ""]
    assert list(read_stream(iter(lines))) == [{"a": 1}, {"b": 2}]


def test_the_story_is_told_to_its_end(
    sandbox: Sandbox, fake: FakeBot, slack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.story.THINKING_S", 0.1)
    monkeypatch.setattr("sandbox.story.QUIET_S", 0.1)
    lines: list[str] = []
    stop = threading.Event()
    story = Story(bot=fake.bot, places=sandbox.world.places, say=lines.append, stop=stop)
    fake.told.append({"seq": 1, "key": "WEB-12", "text": "saw it", "kind": "look.done"})

    def be_the_bot() -> None:
        eventually(lambda: sandbox.world.jira.issue("WEB-12"), 10)
        blocks = [section("WEB-12 repeats PAY-1"), {"type": "actions", "elements": [button()]}]
        slack.chat_postMessage(channel="C0YARD0001", text="q", blocks=blocks)
        eventually(lambda: any("Mika" in line and "presses" in line for line in lines), 10)
        fake.trails["WEB-12"] = [{"kind": "action.done", "at": "now", "text": "linked WEB-12 to PAY-1"}]

    helper = threading.Thread(target=be_the_bot)
    helper.start()
    ended = story.tell()
    stop.set()
    helper.join()
    told = "\n".join(lines)
    assert ended
    assert "Dana  reports WEB-12 in Jira" in told
    assert "bot   WEB-12 saw it" in told
    assert "linked WEB-12 to PAY-1" in told
    assert told.rstrip().endswith("or type /yard help.")


def test_a_story_without_a_bot_ends_with_a_clear_word(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.story.READY_WITHIN_S", 0.3)
    lines: list[str] = []
    bot = Bot(url="http://127.0.0.1:9", token="t")
    assert Story(bot=bot, places=sandbox.world.places, say=lines.append, stop=threading.Event()).tell() is False
    assert lines[-1].startswith("The story ends here: http://127.0.0.1:9/health/ready did not say")
