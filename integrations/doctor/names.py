"""What the rules call by a name of Jira's: is there such a status, priority, field, link type or resolution.

It reads and changes nothing. A name that is misspelt would let an item wait without anybody being asked, or a clock
never stop, and no error would ever tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from integrations.doctor.finding import Finding, fault, warning, well
from integrations.setup.site import JiraSite
from rules.gates import GateRule
from rules.ruleset import Ruleset, WorkflowRule
from rules.slas import SlaRule, status_in
from rules.sources import Mistake, Path, Place
from rules.watching import RiskRule

__all__ = ["names"]

_MOST_TOLD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name, what it is a name of, and its path in the rules.

    `of_the_past`: Jira's history is searched for it too, whatever the case of its letters, so that it may be one that
    there was once.
    """

    what: str
    name: str
    path: Path
    of_the_past: bool = False


def names(system: str, site: JiraSite, rules: Ruleset, place: Callable[[Path], Place]) -> Iterator[Finding]:
    """Look for all such names, and ask for no kind of which there is none. Raises GatewayError.

    `place` tells where a path of the rules stands.
    """
    known: Mapping[str, Callable[[], tuple[str, ...]]] = {
        "link type": cache(site.link_types),
        "resolution": cache(site.resolutions),
        "status": cache(site.statuses),
        "field": cache(site.fields),
        "priority": cache(site.priorities),
    }
    for good, spoken in _spoken(rules):
        missing = [one for one in spoken if not _is_there(one, known[one.what]())]
        yield from (_told(system, one, known[one.what](), place) for one in missing)
        if spoken and not missing:
            yield well(system, good)


def _spoken(rules: Ruleset) -> Iterator[tuple[str, tuple[_Name, ...]]]:
    """Give what is told where all of some names exist, with these names."""
    for name, workflow in rules.workflows.items():
        at = ("workflows", name)
        if workflow.couples:
            yield from ((f"the {one.what} {one.name} exists", (one,)) for one in _coupling(at, workflow))
        if workflow.gate is not None:
            yield f"the statuses and fields of the gate {name} exist", tuple(_gate((*at, "gate"), workflow.gate))
    for name, sla in rules.slas.items():
        yield f"the statuses of the SLA {name} exist", tuple(_sla(("slas", name), sla))
    risk = tuple(_risk(("watch", "risk"), rules.watch.risk))
    yield "what watch.risk names of priorities, statuses and fields exists", risk


def _coupling(at: Path, workflow: WorkflowRule) -> Iterator[_Name]:
    yield _Name(what="link type", name=workflow.link_type, path=(*at, "link_type"))
    if workflow.close_as.statuses:
        yield _Name(what="resolution", name=workflow.close_as.resolution, path=(*at, "close_as", "resolution"))


def _gate(at: Path, gate: GateRule) -> Iterator[_Name]:
    yield _Name(what="status", name=gate.on_status, path=(*at, "on_status"))
    yield from _listed("status", (*at, "approved", "statuses"), gate.approved.statuses)
    yield from _listed("status", (*at, "rejected", "statuses"), gate.rejected.statuses)
    if gate.amount is not None:
        yield _Name(what="field", name=gate.amount, path=(*at, "amount"))
    yield from _listed("field", (*at, "fields"), gate.fields)
    yield from (_Name(what="field", name=one, path=(*at, "changes", one)) for one in gate.changes)


def _sla(at: Path, sla: SlaRule) -> Iterator[_Name]:
    for part, words in (("starts", sla.starts), ("stops", sla.stops), ("pauses", sla.pauses)):
        for number, word in enumerate(words):
            if (status := status_in(word)) is not None:
                yield _Name(what="status", name=status, path=(*at, part, number), of_the_past=True)


def _risk(at: Path, risk: RiskRule) -> Iterator[_Name]:
    yield from _listed("priority", (*at, "priorities"), risk.priorities)
    yield from _listed("status", (*at, "later", "statuses"), risk.later.statuses)
    if risk.later.field:
        yield _Name(what="field", name=risk.later.field, path=(*at, "later", "field"))


def _listed(what: str, at: Path, called: tuple[str, ...]) -> Iterator[_Name]:
    return (_Name(what=what, name=one, path=(*at, number)) for number, one in enumerate(called))


def _is_there(one: _Name, there: tuple[str, ...]) -> bool:
    if one.of_the_past:
        return one.name.casefold() in {name.casefold() for name in there}
    return one.name in there


def _told(system: str, one: _Name, there: tuple[str, ...], place: Callable[[Path], Place]) -> Finding:
    path = ".".join(str(part) for part in one.path)
    words = str(Mistake(place=place(one.path), path=path, words=f"there is no {one.what} {one.name!r}"))
    near = get_close_matches(one.name, there, 3, 0.4)
    fix = f"write {' or '.join(near)}" if near else f"write one of {', '.join(there[:_MOST_TOLD])}"
    if one.of_the_past:
        return warning(system, words, f"{fix}; leave it if issues were in a status of that name once")
    return fault(system, words, fix)
