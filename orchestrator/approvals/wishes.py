"""What an approver wants otherwise: the form for it, and what was written there. Pure; it judges nobody."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from orchestrator.messages import Choice, Form, Input, Message
from rules.model import Line, Tainted
from rules.requests import Changeable, Request, RequestState

LONGEST_REASON: Final = 500
LONGEST_VALUE: Final = 250
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_LABEL: Final = 100
#: What has to be written for each kind, in words.
AS_IN: Final[Mapping[str, str]] = {
    "number": "A number, as in 800 or 799.50.",
    "date": "A day, as in 2026-12-01.",
    "choice": "One of the choices.",
    "text": "A few words.",
}


def form(request: Request, carried: Mapping[str, str]) -> Form | Message:
    """Give the form in which somebody says yes with a change; `carried` is where an answer can go."""
    if request.state is not RequestState.PENDING:
        return Message(title=Line(text="It is decided already, so there is nothing to change."))
    if not request.changeable:
        return Message(title=Line(text="The rules let nothing of it be changed with a yes."))
    held = values_of(request)
    names = {_place(one, nth): one for nth, one in enumerate(request.changeable)}
    return Form(
        name="request.altered",
        title=Line(text="Yes, but with what change?"),
        lines=(Line(text="What you agree to takes the place of this question, and is asked of whom it still needs."),),
        submit="Yes, with that",
        inputs=(*(_input(name, one, held[one.field]) for name, one in names.items()), _WHY),
        carried={
            **carried,
            **{name: one.field for name, one in names.items()},
            "request": request.id,
            "subject": str(request.subject),
        },
    )


def kind_at(place: str) -> str | None:
    """Give what is to be written in a place of the form, by its name; None for a place that holds no field."""
    kind = place.rstrip("0123456789")
    return kind if kind in AS_IN and kind != place else None


def normal(kind: str, text: str) -> str | None:
    """Give a value in the one form in which it is compared and written; None for what is none of its kind."""
    text = text.strip()
    if kind == "number":
        return _plain(Decimal(text)) if _NUMBER.fullmatch(text) else None
    if kind == "date":
        return text if _is_day(text) else None
    return text if 0 < len(text) <= LONGEST_VALUE and text.isprintable() else None


def number_in(text: str) -> Decimal | None:
    """Give the number that a field holds; None where it holds none."""
    plain = normal("number", text)
    return None if plain is None else Decimal(plain)


def wished(request: Request, written: Mapping[str, str]) -> dict[str, str] | Line:
    """Give the values that are wanted otherwise, by their fields, or say what cannot be taken."""
    known, held = {one.field: one for one in request.changeable}, values_of(request)
    wishes = {}
    for field, text in written.items():
        one = known.get(field)
        if one is None:
            return Line(text="{0} may not be changed with a yes.", parts=(Tainted(text=field[:_LABEL]),))
        value = normal(one.kind, text)
        if value is None or (one.kind == "choice" and value not in one.choices):
            return Line(text=f"{{0}} cannot be so: {AS_IN[one.kind]}", parts=(Tainted(text=field[:_LABEL]),))
        if value != held[field]:
            wishes[field] = value
    return wishes or Line(text="That is what is asked already, so please approve it, or reject it.")


def values_of(request: Request) -> dict[str, str]:
    """Give what the fields that may be changed hold once what is asked is done."""
    bound = {one.field: one.equals for one in request.asks[0].payload.preconditions}
    altered = {one.field: one.after for one in request.altered}
    return {one.field: altered.get(one.field, bound.get(one.field, "")) for one in request.changeable}


def keeps(former: Request, question: Request) -> bool:
    """Tell whether a yes to what was asked is one to what is asked now, as the rules have it."""
    was, is_now = values_of(former), values_of(question)
    changed = [one for one in question.changeable if was.get(one.field) != is_now[one.field]]
    return all(_is_within(one, was.get(one.field, ""), is_now[one.field]) for one in changed)


def _is_within(one: Changeable, was: str, is_now: str) -> bool:
    before, after = normal(one.kind, was), normal(one.kind, is_now)
    if one.keeps_yes_if is None or before is None or after is None:
        return False
    lower = Decimal(after) < Decimal(before) if one.kind == "number" else after < before
    return lower if one.keeps_yes_if == "lower" else not lower


def _input(name: str, one: Changeable, held: str) -> Input:
    choices = tuple(Choice(value=each, label=Line(text="{0}", parts=(Tainted(text=each),))) for each in one.choices)
    given = held if one.kind != "choice" or held in one.choices else ""
    return Input(
        name=name,
        label=one.field[:_LABEL],
        kind="one" if choices else "text",
        hint=AS_IN[one.kind],
        choices=choices,
        given=given[:LONGEST_VALUE],
        longest=LONGEST_VALUE,
        optional=True,
    )


_WHY: Final = Input(name="reason", label="Why", kind="lines", longest=LONGEST_REASON, optional=True)


def _place(one: Changeable, nth: int) -> str:
    return f"{one.kind}{nth}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text.lstrip("0") or "0"
    return "0" if Decimal(text) == 0 else f"{Decimal(text):f}"


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-12-01") and bool(date.fromisoformat(text))
    except ValueError:
        return False
