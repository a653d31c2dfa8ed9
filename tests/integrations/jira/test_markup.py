"""Words from outside in Jira's wiki markup: read as they were written, and doing nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.jira.markup import escape, render
from rules.model import ItemRef, Line, Moment, PersonRef, Tainted

JOINER = "\u2060"
SPECIAL = r"[{}\[\]!|~*_+^#-]"


def live_markup(written: str) -> list[str]:
    """Find what Jira would still act on, once every escaped character has been taken away."""
    inert = re.sub(rf"\\{SPECIAL}", "□", re.sub(r"https?://[A-Za-z0-9./%?=&+,_:#-]*", "", written))
    blocks = r"(?m:^\s*(?:h[1-6]|bq)\.)|(?m:^\s*#)"
    phrases = r"[{}\[\]!|~]|\\(?!\u2060)|@(?!\u2060)|\?\?|(?<!\w)[*_+^-]|[*_+^-](?!\w)"
    return re.findall(f"{blocks}|{phrases}", inert)


def shown(written: str) -> str:
    """Give what a reader sees of it."""
    return re.sub(rf"\\({SPECIAL})", r"\1", written).replace(JOINER, "")


def url_of(key: str) -> str:
    return f"https://example.test/browse/{key}"


WORDS = [
    "[~accountid:1]",
    "{code}",
    "!a.png!",
    "[x|http://e.test]",
    "http://e.test/_",
    "@dana",
    "h1. ",
    "\\",
    "\\\\",
    "||a||",
    "\n",
    "# ",
    "* ",
]
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=8).map("".join)


@given(TEXTS)
def test_whatever_is_escaped_holds_no_live_mention_macro_or_markup(text: str) -> None:
    assert live_markup(escape(text)) == []


@given(TEXTS, TEXTS)
def test_two_escaped_texts_side_by_side_are_as_harmless(one: str, other: str) -> None:
    together = escape(one) + escape(other)

    assert not re.findall(r"[{}\[\]!|~]|\\(?!\u2060)", re.sub(rf"\\{SPECIAL}", "", together))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp")), max_size=30))
def test_a_reader_sees_what_was_written(text: str) -> None:
    assert shown(escape(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[~accountid:5b10]", r"\[\~accountid:5b10\]"),
        ("{code}x{code}", r"\{code\}x\{code\}"),
        ("!pic.png!", r"\!pic.png\!"),
        (r"\{code}", "\\\u2060\\{code\\}"),
        (r"C:\\temp", "C:\\\u2060\\\u2060temp"),
        ("mail dana@example.test", "mail dana@\u2060example.test"),
        ("h1. Big", "h1\u2060. Big"),
        ("# one", r"\# one"),
        ("* one", r"\* one"),
        ("----", r"\-\-\-\-"),
        ("|a|b|", r"\|a\|b\|"),
        ("&#123;code&#125;", "&\u2060#123;code&\u2060#125;"),
        ("f(x) :)", "f(\u2060x) :\u2060)"),
        ("well-known snake_case 2*3", "well-known snake_case 2*3"),
        ("see https://e.test/a_b-c?d=1#e_", "see https://e.test/a_b-c?d=1#e_"),
        ("[a|https://e.test/x]", r"\[a\|https://e.test/x\]"),
        ("evil \u202egnp.exe\0", "evil gnp.exe"),
    ],
)
def test_what_people_write_is_kept_readable(text: str, written: str) -> None:
    assert escape(text) == written


def test_a_line_is_our_sentence_with_its_parts_made_safe() -> None:
    parts = (
        ItemRef(id=10022, key="PAY-9"),
        Tainted(text="{panic}\nnow"),
        PersonRef(name="Dana [admin]", slack="U1"),
        Moment(at=datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=2)))),
    )

    written = render(Line(text="*Same* as {0}: {1}, says {2} at {3} {{sic}}", parts=parts), url_of)

    assert written == (
        r"*Same* as [PAY-9|https://example.test/browse/PAY-9]: \{panic\} now, says Dana \[admin\] "
        "at 2026-11-20 23:30 UTC {sic}"
    )


def test_a_long_quotation_is_cut_before_it_is_escaped() -> None:
    written = render(Line(text="{0}", parts=(Tainted(text="!" * 500),)), url_of)

    assert written == r"\!" * 199 + "…"


def test_a_moment_is_told_in_utc() -> None:
    moment = Moment(at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))

    assert render(Line(text="{0}", parts=(moment,)), url_of) == "2026-01-02 03:04 UTC"
