"""The whole state of a sandbox as one JSON document, and a world put back from it: all of it or nothing.

What lives for seconds is not kept: open triggers and response URLs, deliveries under way, faults, connected sockets;
nor are consents, whose tokens live by the machine's own clock.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from sandbox.clock import iso_z, read_moment
from sandbox.confluence.state import ConfluenceState
from sandbox.desk.state import DeskState
from sandbox.history import HeldBack
from sandbox.jira.records import Issue, Link
from sandbox.jira.state import JiraState
from sandbox.jira.webhooks import Webhook
from sandbox.slack.state import SlackState
from sandbox.twins.state import Twins
from sandbox.world import World

T = TypeVar("T")
Raws = dict[str, msgspec.Raw]
FORM = 1
#: Fields that hold moments of the clock that a machine has for itself, or how hard it makes things for the bot.
FLEETING = frozenset({"clock", "triggers", "response_urls", "buckets", "authorization", "index", "limits"})
#: Fields that are made anew from the others.
DERIVED = frozenset({"jira", "_keys", "_ends", "_children", "_addresses"})
ISSUE_FIELDS = tuple(each.name for each in fields(Issue))


class StateError(ValueError):
    """The document is no saved state of a sandbox."""


def saved(world: World) -> bytes:
    """Everything that outlives a restart, as it is at this moment."""
    with world.lock:
        issues = [_issue(issue) for issue in world.jira.issues.values()]
        parts = {
            "form": FORM,
            "clock": {"now": iso_z(world.clock.now()), "speed": world.clock.speed},
            "jira": {**_kept(world.jira), "issues": issues},
            "desk": _kept(world.desk),
            "slack": _kept(world.slack),
            "confluence": _kept(world.confluence),
            "twins": _kept(world.twins),
            "held_back": world.held_back,
            "webhooks": [*world.webhooks.hooks.values()],
            "effects": world.effects.after(0),
        }
        return msgspec.json.encode(parts)


def put_back(world: World, document: bytes) -> None:
    """Make a world what it was; StateError when the document is none, and then nothing has changed."""
    try:
        parts = msgspec.json.decode(document, type=Raws)
        if msgspec.json.decode(parts["form"]) != FORM:
            raise StateError(f"its form is not {FORM}")
        apply = _read(world, parts)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise StateError(f"this is no saved state of a sandbox: {error}") from error
    with world.lock:
        apply()


def save(world: World, path: Path) -> None:
    """Write the state into a file, whole or not at all."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(saved(world))
    beside.replace(path)


def _read(world: World, parts: Raws) -> Callable[[], None]:
    clock = msgspec.json.decode(parts["clock"], type=dict[str, str | float])
    now, speed = read_moment(str(clock["now"])), float(clock["speed"])
    jira = _jira(world, parts["jira"])
    desk = _restored(DeskState, parts["desk"], jira=jira)
    slack = _restored(SlackState, parts["slack"], clock=world.clock, authorization=world.slack.authorization)
    confluence = _restored(ConfluenceState, parts["confluence"])
    twins = _restored(Twins, parts["twins"])
    held_back = msgspec.json.decode(parts["held_back"], type=HeldBack)
    hooks = msgspec.json.decode(parts["webhooks"], type=list[Webhook])
    effects = msgspec.json.decode(parts["effects"], type=list[dict[str, Any]])

    def apply() -> None:
        world.clock.set(now)
        world.clock.set_speed(speed)
        world.jira, world.desk, world.slack = jira, desk, slack
        world.confluence, world.twins, world.held_back = confluence, twins, held_back
        world.webhooks.put_back(hooks)
        world.effects.put_back(effects)

    return apply


def _jira(world: World, raw: msgspec.Raw) -> JiraState:
    parts = msgspec.json.decode(raw, type=Raws)
    links = msgspec.json.decode(parts["links"], type=dict[int, Link])
    jira = _restored(JiraState, raw, clock=world.clock, issues={}, links={})
    for link in links.values():
        jira.add_link(link)
    for kept in msgspec.json.decode(parts["issues"], type=list[_saved_issue()]):  # type: ignore[misc]  # made at run time
        project = jira.projects[kept.project]
        jira.add_issue(Issue(**{name: getattr(kept, name) for name in ISSUE_FIELDS} | {"project": project}))
    return jira


def _kept(state: Any) -> dict[str, Any]:
    return {each.name: getattr(state, each.name) for each in fields(state) if each.name not in FLEETING | DERIVED}


def _restored(kind: type[T], raw: msgspec.Raw, **given: Any) -> T:
    parts, hints = msgspec.json.decode(raw, type=Raws), get_type_hints(kind)
    read = {name: msgspec.json.decode(part, type=hints[name]) for name, part in parts.items() if name not in given}
    return kind(**read, **given)


def _issue(issue: Issue) -> dict[str, Any]:
    return {name: getattr(issue, name) for name in ISSUE_FIELDS} | {"project": issue.project.key}


@cache
def _saved_issue() -> type[Any]:
    """An issue that names its project by key, so that a project is there once and is the same for all of its issues."""
    hints = {**get_type_hints(Issue), "project": str}
    return msgspec.defstruct("SavedIssue", [(name, hints[name]) for name in ISSUE_FIELDS])
