"""The doctor's round trip through a running installation: a real webhook, a real press."""

import json
import subprocess
import sys

import pytest

from tests.scenarios.town import ROOT, Town, eventually

QUESTION = "A test of the line"


def begun(town: Town, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "app.py"), "doctor", "--json", *words]
    return subprocess.Popen(
        command, env=town.environ(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(doctor: subprocess.Popen[str]) -> dict[str, str]:
    """What it found, by its words, with the verdict of each."""
    out, _ = doctor.communicate(timeout=200)
    return {one["words"]: one["verdict"] for one in map(json.loads, out.splitlines())}


def left_behind(town: Town) -> list[str]:
    """What of the doctor's is still to be read in Jira or Slack."""
    comments = town.as_person("yardmaster")("GET", "issue/PAY-1/comment").json()["comments"]
    words = [comment["body"] for comment in comments] + [json.dumps(message) for message in town.messages()]
    return [one for one in words if "doctor" in one or QUESTION in one]


@pytest.mark.long
def test_a_webhook_and_a_press_come_round_and_leave_nothing_behind(town: Town) -> None:
    doctor = begun(town, "--round-trip", "PAY-1", "--wait", "100")
    card = eventually(lambda: next((one for one in town.messages() if QUESTION in json.dumps(one)), None))
    town.press("mika", card, "doctor.press")
    found = ended(doctor)

    assert found["a webhook about PAY-1 came in at the door"] == "well"
    assert found["a press in #yard came in at the door"] == "well"
    assert left_behind(town) == []
    assert town.told("PAY-1", "decision.made") == []


@pytest.mark.long
def test_what_does_not_come_round_is_a_fault_and_leaves_nothing_behind(town: Town) -> None:
    town.ask("connect", webhook={"url": f"{town.url}/jira/webhook", "secret": "another than ours"})

    found = ended(begun(town, "--round-trip", "PAY-1", "--wait", "1"))

    assert found["no webhook about PAY-1 came in within 1 s"] == "fault"
    assert found["no press in #yard came in within 1 s"] == "fault"
    assert left_behind(town) == []


@pytest.mark.long
def test_an_issue_or_a_channel_that_the_bot_cannot_see_is_a_fault(town: Town) -> None:
    found = ended(begun(town, "--round-trip", "../myself", "--channel", "#random", "--wait", "1"))

    assert found["there is no issue ../myself for the bot"] == "fault"
    assert found["there is no channel #random that the bot is in"] == "fault"
