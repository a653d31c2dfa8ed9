"""Reads what somebody filled into a modal of ours. Pure; it must not know what the places mean."""

from dataclasses import dataclass
from typing import Final

from integrations.slack.fields import Json, inner, objects, storable

LONGEST_FILLED = 3_000
#: The block, and the element in it, into which somebody writes in a modal of one text.
WORDS: Final = "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A modal in which somebody writes one text: what its submission is, what stands around it, how long it may be."""

    callback: str
    label: str
    hint: str
    submit: str
    longest: int

    def wrong(self, written: str) -> str:
        """Say what is wrong with a text that was not taken."""
        if not written:
            return "Please say it in a few words."
        return f"Please use at most {self.longest} characters; these are {len(written)}."


def written_words(view: Json) -> str:
    """Give the one text as it was written, without blanks around it; it may be empty or too long."""
    field = inner(inner(inner(inner(view, "state"), "values"), WORDS), WORDS)
    value = field.get("value")
    return storable(value).strip() if isinstance(value, str) else ""


def filled(view: Json) -> dict[str, str]:
    """Give what stands in each place of a form, by its name up to a colon, without blanks around it; "" for nothing."""
    values = inner(inner(view, "state"), "values")
    return {name.partition(":")[0]: _held(place) for name, place in values.items() if isinstance(place, dict)}


def asked_by(view: Json) -> dict[str, str]:
    """Give the name of the input block in which each place stands, which is where Slack shows what is wrong with it."""
    return {name.partition(":")[0]: name for name in inner(inner(view, "state"), "values")}


def chosen(view: Json, name: str) -> list[str]:
    """Give what is chosen in all places of this name of which several may be chosen."""
    values = inner(inner(view, "state"), "values")
    places = [place for block, place in values.items() if block.partition(":")[0] == name and isinstance(place, dict)]
    elements = [element for place in places for element in place.values() if isinstance(element, dict)]
    options = [option.get("value") for element in elements for option in objects(element, "selected_options")]
    return [value for value in options if isinstance(value, str)]


def _held(place: Json) -> str:
    for element in place.values():
        if isinstance(element, dict):
            chosen = inner(element, "selected_option").get("value")
            value = chosen if isinstance(chosen, str) else element.get("value")
            return storable(value).strip()[:LONGEST_FILLED] if isinstance(value, str) else ""
    return ""
