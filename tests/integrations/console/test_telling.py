"""What a row of the ledger becomes: plain words on one line, and JSON that nobody's text can break out of."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.console.plain import words
from integrations.console.telling import frame, items_named, told
from orchestrator.memory import TrailRow
from rules.model import ItemRef, Line, Moment, Part, PersonRef, Subject, Tainted
from tests.integrations.console.yard import NOW, row

VIENNA = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (Tainted(text="Paying fails"), "Paying fails"),
        (Tainted(text="a\nb\r\n\tc"), "a b c"),
        (Tainted(text="a\x1b[31mred\x00"), "a [31mred"),
        (Tainted(text="\u202egnp.exe\u200b\ud800"), "gnp.exe"),
        (Tainted(text="\u0645\u06cc\u200c\u062e"), "\u0645\u06cc\u200c\u062e"),
        (Tainted(text="{0} {x}"), "{0} {x}"),
        (ItemRef(id=1, key="WEB-1"), "WEB-1"),
        (PersonRef(name="Mika\nL", slack="U1"), "Mika L"),
        (Moment(at=datetime(2026, 11, 21, 9, 30, 59, tzinfo=UTC)), "2026-11-21 09:30 UTC"),
        (Moment(at=datetime(2026, 11, 21, 0, 30, tzinfo=VIENNA)), "2026-11-20 23:30 UTC"),
    ],
)
def test_a_part_is_written_plainly(part: Part, written: str) -> None:
    assert words(Line(text="{0}", parts=(part,))) == written


def test_parts_stand_at_their_places() -> None:
    parts = (PersonRef(name="Mika"), ItemRef(id=1, key="WEB-1"))
    assert words(Line(text="{1} by {0} {{so}}", parts=parts)) == "WEB-1 by Mika {so}"


@pytest.mark.parametrize("text", ["an { open brace", "{0} without a part", "{} without a number", "{0!r:{1}}"])
def test_a_sentence_that_cannot_be_filled_stands_as_it_is(text: str) -> None:
    assert words(Line(text=text)) == text


@given(text=st.text())
def test_no_text_from_outside_leaves_its_line(text: str) -> None:
    written = words(Line(text="said {0}.", parts=(Tainted(text=text),)))
    assert not [one for one in written if unicodedata.category(one) in {"Cc", "Zl", "Zp"}]


def test_a_row_is_told_with_the_present_key_of_its_item() -> None:
    one = told(row(7, "looked at it", item=10021, kind="look.done", found=2), {10021: "WEB-21"})
    assert json.loads(msgspec.json.encode(one)) == {
        "seq": 7,
        "at": "2026-11-21T09:30:15Z",
        "kind": "look.done",
        "key": "WEB-21",
        "text": "looked at it",
        "decision": None,
        "data": {"found": 2},
    }


def test_a_row_of_another_subject_is_told_with_the_key_of_the_first_item_that_it_is_about() -> None:
    card = row(1, item=10021).entry
    entry = msgspec.structs.replace(card, subject=Subject(kind="card", id="c1"), about=(10022, 10021))
    assert items_named([TrailRow(seq=1, entry=entry), row(2)]) == {10022}


def test_a_row_about_an_item_that_is_not_known_has_no_key() -> None:
    assert told(row(1, item=10099), {}).key is None


def test_the_facts_of_a_decision_are_told_only_when_asked_for() -> None:
    decision = row(1, facts={"large": True}, verdict=1)
    assert told(decision, {}).data == {"verdict": 1}
    assert told(decision, {}, full=True).data == {"facts": {"large": True}, "verdict": 1}


@pytest.mark.parametrize("full", [True, False])
def test_of_an_erased_row_only_that_it_was_erased_is_told(full: bool) -> None:
    entry = msgspec.structs.replace(row(1, "this was erased").entry, data=None)
    one = json.loads(msgspec.json.encode(told(TrailRow(seq=1, entry=entry), {}, full=full)))
    assert (one["text"], one["data"]) == ("this was erased", None)


@given(text=st.text(), seq=st.integers(0, 10**12))
def test_no_text_breaks_out_of_its_event(text: str, seq: int) -> None:
    line = Line(text="said {0}", parts=(Tainted(text=text),))
    entry = msgspec.structs.replace(row(1).entry, text=line, data={"raw": text.encode("utf-8", "replace").decode()})
    one = told(TrailRow(seq=seq, entry=entry), {})
    lines = frame(one).decode().split("\n")
    assert lines[:2] == [f"id: {seq}", "event: look.done"]
    assert json.loads(lines[2].removeprefix("data: "))["data"] == entry.data
    assert lines[3:] == ["", ""]


def test_times_are_told_with_their_seconds() -> None:
    assert told(row(1), {}).at == NOW
