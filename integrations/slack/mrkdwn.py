"""Writes our sentences in Slack's mark-up, so that no word from outside can format, mention, link or forge anything.

Pure. A text is made of pieces that are never split, so that it can be cut to any length without cutting an escape or a
link in two. The rules are in https://docs.slack.dev/messaging/formatting-message-text.
"""

import re
import string
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from rules.model import ItemRef, Line, Moment, Part, PersonRef, words_of

UrlOf = Callable[[str], str]

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOOKALIKES: Final = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}  # noqa: RUF001
_MARKER = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
_EVERYBODY = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_EMOJI = re.compile(r":(?=[\w+'-]{1,100}:)")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]+")
_USER = re.compile(r"[UW][A-Z0-9]+")
_LONGEST_PART: Final = 3000


def no_links(key: str) -> str:
    """Stand for `url_of` where nothing is to be linked."""
    return ""


def mrkdwn(lines: Iterable[Line], url_of: UrlOf, limit: int, *, between: str = "\n") -> str:
    """Write sentences as mrkdwn of at most `limit` characters, cut with "…" where they are longer.

    Our own words keep their formatting (`*`, `_`, backticks). It must be shown with `verbatim`, so that Slack makes no
    links and mentions of its own.
    """
    return fitted(_joined(lines, lambda part: _marked(part, url_of), between), limit)


def plain_text(line: Line, limit: int) -> str:
    """Write a sentence for where Slack formats nothing, cut with "…" to `limit` characters."""
    return fitted(_pieces(line, _unmarked, escape=False), limit)


def fitted(pieces: Iterable[str], limit: int) -> str:
    """Join pieces as long as they fit. Lengths count UTF-16 units, of which no counting of Slack's counts more."""
    kept: list[str] = []
    room = limit
    for piece in pieces:
        if _length(piece) > room:
            return _cut(kept, limit)
        kept.append(piece)
        room -= _length(piece)
    return "".join(kept)


def _cut(kept: list[str], limit: int) -> str:
    while kept and sum(map(_length, kept)) > limit - 1:
        kept.pop()
    return "".join((*kept, "…"))


def _length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _joined(lines: Iterable[Line], write: Callable[[Part], Iterable[str]], between: str) -> Iterator[str]:
    for place, line in enumerate(lines):
        if place:
            yield between
        yield from _pieces(line, write)


def _pieces(line: Line, write: Callable[[Part], Iterable[str]], *, escape: bool = True) -> Iterator[str]:
    for literal, name, _, _ in string.Formatter().parse(line.text):
        yield from (_ESCAPES.get(each, each) if escape else each for each in literal)
        if name is not None:
            yield from write(line.parts[int(name)])


def _marked(part: Part, url_of: UrlOf) -> Iterable[str]:
    match part:
        case ItemRef(key=key) if _KEY.fullmatch(key) and (url := part.address or url_of(key)):
            return [f"<{_address(url)}|{key}>"]
        case PersonRef(slack=str(user)) if _USER.fullmatch(user):
            return [f"<@{user}>"]
        case Moment(at=at):
            return [f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{words_of(part)}>"]
        case _:
            return harmless(words_of(part))


def _unmarked(part: Part) -> Iterable[str]:
    """Write a part where nothing is formatted; angle brackets go all the same, in case a client looks for them."""
    text = _EVERYBODY.sub("＠", _tidy(words_of(part)))  # noqa: RUF001
    return text.replace("<", "‹").replace(">", "›")  # noqa: RUF001


def harmless(text: str) -> Iterator[str]:
    """Give text from outside in pieces that stay as they are: it stands on one line and formats nothing.

    Marks are replaced by characters that look like them, but only where Slack would take them for marks, so that names
    such as `payment_id` can still be copied.
    """
    text = _MARKER.sub(lambda found: _LOOKALIKES[found.group()], _tidy(text))
    text = _EMOJI.sub("∶", _EVERYBODY.sub("＠", text))  # noqa: RUF001
    if text.startswith(">"):
        text = "›" + text[1:]  # noqa: RUF001
    return (_ESCAPES.get(each, each) for each in text)


def _tidy(text: str) -> str:
    """Bring text onto one line, without characters that hide or turn around what follows."""
    tidy = " ".join(_HIDDEN.sub(" ", text[: 2 * _LONGEST_PART]).split())
    return tidy if len(tidy) <= _LONGEST_PART else tidy[: _LONGEST_PART - 1] + "…"


def _address(url: str) -> str:
    return url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
