import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack.mrkdwn import fitted, harmless, mrkdwn, no_links, plain_text
from rules.model import ItemRef, Line, Moment, Part, PersonRef, Tainted

HOSTILE = st.one_of(
    st.text(),
    st.text("<>!@#|*_~`&:; \nachennelhrvoy", max_size=60),
    st.sampled_from(
        ["<!channel>", "<!here|x>", "<@U0PRIYA001>", "<https://evil.example|PAY-1>", "@here", "*b* _i_ `c`"]
    ),
)
CONTROL = re.compile(r"<[^>]*>")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


def url_of(key: str) -> str:
    return f"https://jira.example/browse/{key}"


def shown(*parts: Part, text: str = "{0}") -> str:
    return mrkdwn((Line(text=text, parts=parts),), url_of, 3000)


@given(HOSTILE)
def test_no_live_mention_or_link_comes_out_of_outside_words(words: str) -> None:
    written = shown(Tainted(text=words), text="Summary: {0}")

    assert not CONTROL.search(written)
    assert "<" not in written
    assert not ENTITY.search(written)
    assert not re.search(r"@(here|channel|everyone)\b", written, re.IGNORECASE)


@given(HOSTILE)
def test_outside_words_format_nothing(words: str) -> None:
    written = "".join(harmless(words))

    assert "`" not in written
    assert "\n" not in written
    assert not written.startswith("&gt;")
    assert not re.search(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])", written)
    assert not re.search(r":[\w+'-]{1,100}:", written)


@given(st.lists(HOSTILE, max_size=4), st.integers(1, 80))
def test_a_cut_text_keeps_its_limit_and_breaks_nothing_in_two(words: list[str], limit: int) -> None:
    parts = tuple(Tainted(text=each) for each in words)
    line = Line(text="".join(f"{{{n}}} <>& " for n in range(len(parts))), parts=parts)

    written = mrkdwn((line, line), url_of, limit)

    assert len(written) <= limit
    assert "<" not in written
    assert not ENTITY.search(written)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("payment_id and a*b", "payment_id and a*b"),
        ("List<String> & more", "List&lt;String&gt; &amp; more"),
        ("line one\n*Approved by:* Priya", "line one ∗Approved by:∗ Priya"),  # noqa: RUF001
        ("> quoted", "› quoted"),  # noqa: RUF001
        ("std::foo::bar at 10:30", "std:∶foo::bar at 10:30"),  # noqa: RUF001
        ("pay\u202egnp.exe\u200b\0", "pay gnp.exe"),
        ("mail@example.com", "mail@example.com"),
    ],
)
def test_outside_words_stay_readable(words: str, written: str) -> None:
    assert "".join(harmless(words)) == written


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (ItemRef(id=1, key="PAY-12"), "<https://jira.example/browse/PAY-12|PAY-12>"),
        (ItemRef(id=1, key="PAY-12|x> <!channel"), "PAY-12|x&gt; &lt;!channel"),
        (PersonRef(name="Priya Raman", slack="U0PRIYA001"), "<@U0PRIYA001>"),
        (PersonRef(name="<!here>"), "&lt;!here&gt;"),
        (PersonRef(name="Priya", slack="U1> <!here"), "Priya"),
        (
            Moment(at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
            "<!date^1795167000^{date_short_pretty} {time}|2026-11-20 09:30 UTC>",
        ),
    ],
)
def test_each_kind_of_part_is_shown_in_its_own_way(part: Part, written: str) -> None:
    assert shown(part) == written


def test_an_address_cannot_end_its_link() -> None:
    line = Line(text="{0}", parts=(ItemRef(id=1, key="PAY-1"),))

    assert mrkdwn((line,), lambda _: "https://x/?a=1&b=<|>", 300) == "<https://x/?a=1&amp;b=%3C%7C%3E|PAY-1>"


def test_an_item_without_an_address_is_shown_by_its_key() -> None:
    assert mrkdwn((Line(text="{0}", parts=(ItemRef(id=1, key="PAY-1"),)),), no_links, 300) == "PAY-1"


def test_our_own_words_keep_their_formatting_and_their_braces() -> None:
    assert shown(text="*Link* `{{a}}` & <more>") == "*Link* `{a}` &amp; &lt;more&gt;"


def test_plain_text_has_neither_marks_nor_brackets() -> None:
    line = Line(text="{0} is {1} & mine", parts=(Tainted(text="<!channel> *x*"), PersonRef(name="Ann", slack="U1")))

    assert plain_text(line, 150) == "‹!channel› *x* is Ann & mine"  # noqa: RUF001


def test_lengths_count_what_slack_may_count_double() -> None:
    assert fitted("🚂🚂🚂", 5) == "🚂🚂…"
    assert fitted("🚂🚂🚂", 6) == "🚂🚂🚂"
