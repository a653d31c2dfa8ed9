"""SCIM's PATCH (RFC 7644, section 3.5.2): add, replace and remove, by path or whole. It changes a copy."""

import copy
import re
from typing import Any

from sandbox.twins.call import TwinError
from sandbox.twins.directory.filters import Test, read_filter
from sandbox.twins.directory.paths import Json, key_of, place_of

PATH = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<filter>.+)\](?:\.(?P<part>\w+))?)?")
MOST_OPERATIONS = 1_000


def patched(document: Json, operations: list[Json]) -> Json:
    """The document after all operations, or 400: never after some of them."""
    if len(operations) > MOST_OPERATIONS:
        raise TwinError(400, "tooMany", f"At most {MOST_OPERATIONS} operations go in one request.")
    changed = copy.deepcopy(document)
    for operation in operations:
        _apply(changed, operation)
    return changed


def _apply(document: Json, operation: Json) -> None:
    kind, path, value = str(operation.get("op", "")).lower(), operation.get("path"), operation.get("value")
    if kind not in ("add", "replace", "remove"):
        raise TwinError(400, "invalidSyntax", f"{operation.get('op')!r} is no operation.")
    if path is None and (kind == "remove" or not isinstance(value, dict)):
        raise TwinError(400, "noTarget", "An operation without a path needs an object to add or replace.")
    pairs = [(str(path), value)] if path is not None else list((value or {}).items())
    for name, new in pairs:
        match = PATH.fullmatch(name)
        if match is None:
            raise TwinError(400, "invalidPath", f"{name!r} is no path.")
        if match["filter"]:
            _change_entries(document, match, kind, new)
        else:
            _change(document, match["name"], kind, new)


def _change(document: Json, path: str, kind: str, new: Any) -> None:
    place, names = place_of(document, path)
    if not names:
        raise TwinError(400, "invalidPath", f"{path!r} is no path.")
    for name in names[:-1]:
        place = place.setdefault(key_of(place, name), {})
        if not isinstance(place, dict):
            raise TwinError(400, "invalidPath", f"{path!r} leads into what has no parts.")
    key = key_of(place, names[-1])
    old = place.get(key)
    if kind == "remove":
        kept = [one for one in old if one not in _as_list(new)] if isinstance(old, list) and new is not None else []
        place[key] = kept
        if not kept:
            del place[key]
    elif kind == "add" and (isinstance(old, list) or isinstance(new, list)):
        place[key] = [*(old or ()), *(one for one in _as_list(new) if one not in (old or ()))]
    elif isinstance(old, dict) and isinstance(new, dict):
        old.update(new)
    else:
        place[key] = new


def _change_entries(document: Json, match: re.Match[str], kind: str, new: Any) -> None:
    key, test = key_of(document, match["name"]), read_filter(match["filter"])
    entries = document.get(key)
    chosen = _chosen(entries, test)
    if not chosen and kind != "remove":
        raise TwinError(400, "noTarget", f"Nothing in {key} fits {match['filter']!r}.")
    if kind == "remove" and not match["part"]:
        document[key] = [one for one in entries or () if one not in chosen]
        return
    for one in chosen:
        if kind == "remove":
            one.pop(match["part"], None)
        elif match["part"]:
            one[match["part"]] = new
        elif isinstance(new, dict):
            one.update(new)


def _chosen(entries: Any, test: Test) -> list[Json]:
    return [one for one in entries if isinstance(one, dict) and test(one)] if isinstance(entries, list) else []


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
