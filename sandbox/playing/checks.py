"""How a story is expected to end, as its file says it. It is data: `judging` decides whether it came so.

A check with `needs` names a capability of the bot, from `stories/capabilities.yml`.
"""

import msgspec

from sandbox.playing.moments import Span


class Check(msgspec.Struct, frozen=True, kw_only=True, tag_field="look_at", forbid_unknown_fields=True):
    """An expectation in words, `says`, and the capabilities without which the bot cannot meet it."""

    says: str
    needs: tuple[str, ...] = ()


class Issues(Check, frozen=True, kw_only=True, tag="issues"):
    """Issues by their names in the story (`customer-*` for many): at least so many (all) fit all that is said here.

    `touched`: whether the bot changed anything in Jira about it; `comments_say`: words in one comment of the bot.
    """

    which: tuple[str, ...]
    at_least: int | None = None
    at_most: int | None = None
    status: tuple[str, ...] = ()
    resolution: str | None = None
    assignee: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    linked_to: tuple[str, ...] = ()
    comments_say: tuple[str, ...] = ()
    touched: bool | None = None


class Messages(Check, frozen=True, kw_only=True, tag="messages"):
    """Messages of the bot with all these words, about one of these issues, to these channels or people (anywhere).

    `within` the start of the story; `at_least` one of them, where neither number is given.
    """

    words: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    within: Span | None = None
    at_least: int | None = None
    at_most: int | None = None


class Trail(Check, frozen=True, kw_only=True, tag="trail"):
    """What the bot's trail of an issue holds: an entry of this kind, with these words."""

    issue: str
    kind: str
    words: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


class Answers(Check, frozen=True, kw_only=True, tag="answers"):
    """Answers that a colleague gave to the bot's questions, within so long of the start."""

    who: tuple[str, ...] = ()
    button: str = "request.approve"
    within: Span | None = None
    at_least: int | None = None
    at_most: int | None = None


class Effects(Check, frozen=True, kw_only=True, tag="effects"):
    """Changes that the bot made in Jira, of these kinds (any), to these issues (any).

    With `before_answer` only those count that nobody had said yes to.
    """

    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    before_answer: bool = False
    at_least: int | None = None
    at_most: int | None = None


class Place(Check, frozen=True, kw_only=True, tag="place"):
    """What another system answers to a GET, by its path below the twins; its text holds all these words."""

    at: str
    words: tuple[str, ...]
    at_least: int | None = None
    at_most: int | None = None


AnyCheck = Issues | Messages | Trail | Answers | Effects | Place
