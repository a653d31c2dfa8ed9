"""Writes the rules of a first project as the smallest file that is laid over the shipped ones. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from rules.ruleset import Ruleset, WorkflowRule

__all__ = ["WORKFLOW", "Choices", "Named", "overlay", "people_lines"]

WORKFLOW: Final = "duplicates"
_HEAD = """\
# Laid over the rules that ship (rules/packs): what stands here wins. It is yours to change; `yardmaster rules check`
# checks it, and a running Yardmaster takes it within two seconds. What may be written: docs/writing-rules.md
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person with both accounts: Jira's account id and Slack's user id."""

    name: str
    jira: str
    slack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen for the first project. `statuses`: how its items may end; none, and they are never closed."""

    project: str
    channel: str
    link_type: str
    statuses: tuple[str, ...]
    resolution: str
    deciders: tuple[Named, ...]


def overlay(choices: Choices, shipped: Ruleset) -> str:
    """Give the text of the rules file: of the workflow only what differs from the shipped one."""
    data: dict[str, Any] = {
        "workflows": {WORKFLOW: _workflow(choices, shipped.workflows[WORKFLOW])},
        "limits": {"projects": [choices.project]},
        "people": _people(choices.deciders, roles=("triager", "operator")),
    }
    return _HEAD + _yaml(data)


def people_lines(named: Iterable[Named], taken: Collection[str]) -> str:
    """Give the text of a rules file that links people under ids that are not taken, and gives them no role."""
    return _yaml({"people": _people(named, taken)})


def _people(
    named: Iterable[Named], taken: Collection[str] = (), roles: tuple[str, ...] = ()
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for person in named:
        accounts = {"name": person.name, "jira": person.jira, "slack": person.slack}
        id_ = _free(_slug(person), {*found, *taken})
        found[id_] = {**accounts, **({"roles": list(roles)} if roles else {})}
    return found


def _workflow(choices: Choices, shipped: WorkflowRule) -> dict[str, Any]:
    close: dict[str, Any] = {"statuses": list(choices.statuses)}
    if choices.resolution != shipped.close_as.resolution:
        close["resolution"] = choices.resolution
    differing = {} if choices.link_type == shipped.link_type else {"link_type": choices.link_type}
    return {"channel": choices.channel, **differing, "close_as": close}


def _slug(person: Named) -> str:
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or person.slack.lower()


def _free(name: str, taken: Collection[str]) -> str:
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _yaml(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
