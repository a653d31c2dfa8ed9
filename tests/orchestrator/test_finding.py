"""Who asks whether something is known gets the likely issues, their state and a way round, and nothing hidden."""

from typing import Any

import pytest

from orchestrator.finding import workaround
from orchestrator.messages import Message
from rules.model import Status, Subject, Tainted
from tests.fakes.written import written
from tests.fakes.yard import Yard

SAID = "Checkout fails for every customer since the morning\nNullPointerException in LeaseManager.renew"
WAY_ROUND = "LeaseManager.renew throws NullPointerException.\n\nh3. Workaround:\nRestart the lease service.\nThen wait."


def asked(yard: Yard, said: str, user: str = "UTOM") -> Message:
    yard.command(
        "known.asked", user, Subject(kind="person", id=user), said={"as": "tainted", "text": said, "source": "slack"}
    )
    yard.settle()
    return yard.chat.replies[-1][1]


def yard_that_knows(**more: Any) -> Yard:
    yard = Yard()
    yard.report(1, SAID.partition("\n")[0], description=Tainted(text=WAY_ROUND), **more)
    for number, summary in enumerate(("Badge reader is slow", "Wiki shows a blank page", "Mail gateway refuses"), 2):
        yard.report(number, summary, description=Tainted(text=f"since update {number}"))
    yard.settle()
    return yard


def test_a_message_that_tells_of_a_known_issue_is_answered_with_it_its_state_and_the_workaround() -> None:
    told = written(asked(yard_that_knows(), SAID))

    assert "WEB-1" in told
    assert "It is open: " in told
    assert "A workaround is recorded: Restart the lease service." in told


def test_a_command_with_a_text_is_answered_as_the_shortcut_is() -> None:
    yard = yard_that_knows()
    said = {"as": "tainted", "text": SAID, "source": "slack"}

    yard.command("command.given", "UTOM", Subject(kind="person", id="UTOM"), word="related", said=said)
    yard.settle()

    assert written(yard.chat.replies[-1][1]) == written(asked(yard, SAID))


def test_what_is_done_is_told_as_done() -> None:
    done = Status(id="5", name="Closed", category="done")

    told = written(asked(yard_that_knows(status=done, resolution="Fixed"), SAID))

    assert "It is done: Closed, Fixed" in told


def test_what_the_asker_may_not_browse_is_not_told() -> None:
    yard = yard_that_knows()
    yard.tracker.hidden[1] = {"j-tom"}

    told = written(asked(yard, SAID))

    assert "I know nothing like it that you may browse" in told
    assert "WEB-1" not in told


@pytest.mark.parametrize("said", ["The coffee machine hums", "help", "the of and"])
def test_of_what_is_hardly_alike_nothing_is_said(said: str) -> None:
    assert "I know nothing like it" in written(asked(yard_that_knows(), said))


def test_a_message_without_text_is_answered_so() -> None:
    assert written(asked(yard_that_knows(), " \n")) == "There is no text in it that I could look for"


def test_asking_leaves_no_issue_behind() -> None:
    yard = yard_that_knows()
    before = yard.kinds()

    asked(yard, SAID)

    assert yard.kinds() == before


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("Workaround: clear the cache", "clear the cache"),
        ("*Workaround*\n\nClear the cache.\nLog in again.", "Clear the cache."),
        ("## Work around\r\nclear it".replace("\r", ""), "clear it"),
        ("h2. Workarounds\n# clear it", "# clear it"),
        ("We need a workaround for that", None),
        ("Workaround:", None),
        ("", None),
    ],
)
def test_a_workaround_is_what_stands_under_its_heading(description: str, told: str | None) -> None:
    assert workaround(description) == told
