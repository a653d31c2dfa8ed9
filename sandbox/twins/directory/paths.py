"""Attribute paths of SCIM, such as `name.familyName`: names in any case of letters, extensions by their URN. Pure."""

from typing import Any

Json = dict[str, Any]


def key_of(document: Json, name: str) -> str:
    """The key under which a document has an attribute, in the document's own letters; else as it was asked."""
    wanted = name.lower()
    return next((key for key in document if key.lower() == wanted), name)


def place_of(document: Json, path: str) -> tuple[Json, list[str]]:
    """Where a path begins, and its names from there: an extension's URN (which has dots and colons) is one name."""
    for key in document:
        if key.lower().startswith("urn:") and path.lower().startswith(f"{key.lower()}:"):
            return document[key], path[len(key) + 1 :].split(".")
        if key.lower() == path.lower():
            return document, [key]
    if path.lower().startswith("urn:"):
        urn, _, rest = path.rpartition(":")
        return (document, rest.split(".")) if urn.lower().startswith("urn:ietf:params:scim:schemas:core:") else ({}, [])
    return document, path.split(".")


def values_at(document: Json, path: str) -> list[Any]:
    """All values at a path; of lists each, and of objects in lists their `value`."""
    start, names = place_of(document, path)
    found: list[Any] = [start] if names else []
    for name in names:
        found = [one.get(key_of(one, name)) for one in found if isinstance(one, dict)]
        found = [part for one in found for part in (one if isinstance(one, list) else [one])]
    return [one["value"] if isinstance(one, dict) and "value" in one else one for one in found if one is not None]
