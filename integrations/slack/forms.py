"""Reads what somebody filled into a modal of ours. Pure; it must not know what the places mean."""

from integrations.slack.fields import Json, inner, storable

LONGEST_FILLED = 3_000


def filled(view: Json) -> dict[str, str]:
    """Give what stands in each place of a form, by its name up to a colon, without blanks around it; "" for nothing."""
    values = inner(inner(view, "state"), "values")
    return {name.partition(":")[0]: _held(place) for name, place in values.items() if isinstance(place, dict)}


def asked_by(view: Json) -> dict[str, str]:
    """Give the name of the input block in which each place stands, which is where Slack shows what is wrong with it."""
    return {name.partition(":")[0]: name for name in inner(inner(view, "state"), "values")}


def _held(place: Json) -> str:
    for element in place.values():
        if isinstance(element, dict):
            chosen = inner(element, "selected_option").get("value")
            value = chosen if isinstance(chosen, str) else element.get("value")
            return storable(value).strip()[:LONGEST_FILLED] if isinstance(value, str) else ""
    return ""
