"""What presses of buttons about questions and issues carry: the shape of each payload. Values only.

`carried` says which command carries which of them.
"""

from typing import Annotated, Literal

from msgspec import Meta

from rules.canonical import Value
from rules.model import ItemId, Tainted

Name = Annotated[str, Meta(min_length=1, max_length=255)]


class Given(Value, frozen=True, kw_only=True):
    """What every command carries: who gave it, and where an answer can go."""

    user: Name
    channel: str | None = None
    response_url: str | None = None


class Pressed(Given, frozen=True, kw_only=True):
    """A button of a request's card."""

    request: str | None = None


class FormOpened(Pressed, frozen=True, kw_only=True):
    """A button of a card that opens a form; `view` is the modal that waits for it."""

    view: Name


class Passed(Pressed, frozen=True, kw_only=True):
    """Whom somebody chose to be asked: a person's id."""

    whom: Name


class Altered(Pressed, frozen=True, kw_only=True):
    """What somebody wants otherwise in what they say yes to: values by the names of fields."""

    changes: Annotated[dict[Name, Annotated[str, Meta(max_length=250)]], Meta(min_length=1, max_length=5)]
    reason: Tainted | None = None


class ItemGiven(Pressed, frozen=True, kw_only=True):
    """Who is to take an item, a person's id; without, whoever says so."""

    whom: str | None = None


class ItemWanted(Given, frozen=True, kw_only=True):
    """Who is to have an item about which nobody was asked, a person's id; without, whoever says so."""

    whom: str | None = None


class RescueWanted(Given, frozen=True, kw_only=True):
    """What somebody chose from a warning to save the promise, or agreed to, as in `rescue.proposing.Wish`."""

    until: Name | None = None
    waits: bool = False
    priority: Name | None = None
    whom: Name | None = None
    swap: ItemId | None = None
    back: Name | None = None
    after: Annotated[int, Meta(ge=0, le=1000)] | None = None


class RescueAsked(Given, frozen=True, kw_only=True):
    """What somebody is to be asked for, so that the promise of a warning is kept; `whom`, where anybody could be."""

    alert: Name
    what: Literal["later", "decide", "help", "escalate"]
    whom: Name | None = None


class RescueAnswered(RescueAsked, frozen=True, kw_only=True):
    """What they say to it."""

    yes: bool
