import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.commands import (
    LONGEST_QUESTION,
    LONGEST_TEXT,
    Command,
    Misspelt,
    help_message,
    misspelt_message,
    parse,
)
from rules.model import Tainted


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Command(word="help")),
        ("  HELP me ", Command(word="help")),
        ("status", Command(word="status")),
        ("pending", Command(word="pending")),
        ("connect", Command(word="connect")),
        ("Disconnect me", Command(word="disconnect")),
        ("why PAY-12", Command(word="why", argument="PAY-12")),
        ("Related pay-12", Command(word="related", argument="PAY-12")),
        ("why https://example.atlassian.net/browse/PAY-9?focused=1", Command(word="why", argument="PAY-9")),
        ("why <https://example.atlassian.net/browse/PAY-9|PAY-9>", Command(word="why", argument="PAY-9")),
        ("impact pay-12", Command(word="impact", argument="PAY-12")),
        ("who pay-12", Command(word="who", argument="PAY-12")),
        ("who pay", Command(word="who", argument="PAY")),
        ("queue pay", Command(word="queue", argument="PAY")),
        ("related  checkout fails\nwith 502", Command(word="related", said="checkout fails\nwith 502")),
        ("related " + "x" * 9_000, Command(word="related", said="x" * LONGEST_QUESTION)),
        ("stop", Command(word="stop", argument="everything", scope="everything")),
        ("stop everything", Command(word="stop", argument="everything", scope="everything")),
        ("resume project pay", Command(word="resume", argument="project PAY", scope="project", name="PAY")),
        ("stop agent Duplicates", Command(word="stop", argument="agent duplicates", scope="agent", name="duplicates")),
        (
            "stop workflow help-desk",
            Command(word="stop", argument="workflow help-desk", scope="workflow", name="help-desk"),
        ),
        ("stop action link", Command(word="stop", argument="action link", scope="action", name="link")),
    ],
)
def test_a_right_command_is_read(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "nearest", "reason"),
    [
        ("wy PAY-1", "why PAY-1", "do not know"),
        ("pendign", "pending", "do not know"),
        ("stpo project PAY", "stop project PAY", "do not know"),
        ("frobnicate", None, "do not know"),
        ("PAY-3", "why PAY-3", "key alone"),
        ("why", "why PAY-12", "needs the key"),
        ("why me", "why PAY-12", "not the key"),
        ("related", "related PAY-12", "needs the key"),
        ("impact of it", "impact PAY-12", "not the key"),
        ("queue", "queue PAY", "needs the key of a project"),
        ("queue PAY-12", "queue PAY", "needs the key of a project"),
        ("queu web", "queue WEB", "do not know"),
        ("why PAY-0", "why PAY-12", "not the key"),
        ("stop projct PAY", "stop project PAY", "takes everything"),
        ("stop it", "stop", "takes everything"),
        ("stop project", "stop project PAY", "needs a name"),
        ("stop project P!Y", "stop project PAY", "needs a name"),
        ("stop project PAY WEB", "stop project PAY", "one thing at a time"),
        ("resume everything now", "resume everything", "one thing at a time"),
    ],
)
def test_a_wrong_command_is_told_the_nearest_right_one(text: str, nearest: str | None, reason: str) -> None:
    misspelt = parse(text)

    assert isinstance(misspelt, Misspelt)
    assert misspelt.nearest == nearest
    assert reason in misspelt.reason


@given(st.text())
def test_any_text_is_either_a_command_or_misspelt_and_stays_short(text: str) -> None:
    read = parse(text)

    assert len(read.argument if isinstance(read, Command) else read.text) <= LONGEST_TEXT


@given(st.text(min_size=1))
def test_what_a_misspelt_command_proposes_is_right_itself(text: str) -> None:
    read = parse(text)

    if isinstance(read, Misspelt) and read.nearest is not None:
        assert isinstance(parse(read.nearest), Command)


@pytest.mark.parametrize(
    "word", ["status", "pending", "why PAY-12", "related PAY-12", "stop", "stop project PAY", "resume"]
)
def test_everything_that_help_names_is_a_command(word: str) -> None:
    named = " ".join(line.text for section in help_message().sections for line in section.lines)

    assert f"`/yard {word}`" in named
    assert isinstance(parse(word), Command)


def test_what_a_person_wrote_stands_in_the_answer_as_tainted_text() -> None:
    misspelt = parse("<!channel> {0}")
    assert isinstance(misspelt, Misspelt)

    line = misspelt_message(misspelt).sections[0].lines[0]

    assert line.parts == (Tainted(text="<!channel> {0}", source="slack"),)
    assert "channel" not in line.text
