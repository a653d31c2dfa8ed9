"""Tells what blocks a project's work, to whoever asks and weekly to those whom the rules name. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestrator.changes import Piece
from orchestrator.gather import Gatherer
from orchestrator.impact import awaited, counted, neighbours
from orchestrator.messages import Message, Section, led_by
from orchestrator.reach import reached
from orchestrator.waiting import customers
from orchestrator.watching.blocking import LINKS, Blocker, blockers
from orchestrator.watching.telling import about, who_could
from rules.model import Item, ItemRef, Line, Moment, Part, Person, PersonRef, Tainted
from rules.ruleset import Ruleset

__all__ = ["FOOTER", "MOST", "Obstacles"]

#: Of a project so many issues by either order are read, so many that these wait for, so many that wait for all these.
_AT_FIRST, _BEFORE, _AROUND = 300, 300, 1_000
MOST = 8
_NAMED = 4
_DAYS, _A_DAY = 3, 86_400
FOOTER = (Line(text="First what has cost most: days times what waits for it. It is a rule of thumb."),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacles:
    """The ports that this needs."""

    gatherer: Gatherer

    def blocked(self, project: str, person: Person, rules: Ruleset) -> Message:
        """Tell what blocks a project's work, as its asker may know.

        Raises:
            GatewayError: what they may browse cannot be told now.
        """
        told = self.pieces(project, person, rules)
        named = Tainted(text=project, source="slack")
        if not told:
            text = "I know no open issue in {0} that you may browse and that another one blocks."
            return Message(title=Line(text=text, parts=(named,)))
        sections = tuple(one.section for one in told)
        return Message(title=Line(text="What blocks work in {0}", parts=(named,)), sections=sections, footer=FOOTER)

    def pieces(self, project: str, person: Person, rules: Ruleset) -> tuple[Piece, ...]:
        """Give the same in pieces, each with the issues that it names."""
        now, found = self.gatherer.clock.now(), self._blockers(project, person)
        told = [self._piece(place, one, rules, now) for place, one in enumerate(found[:MOST], start=1)]
        if more := found[MOST:]:
            told.append(Piece(section=Section(lines=(Line(text=f"… and {counted(len(more), 'more blocker')}."),))))
        return tuple(told)

    def _blockers(self, project: str, person: Person) -> tuple[Blocker, ...]:
        items, now = self.gatherer.items, self.gatherer.clock.now()
        first = [one for one in items.queue(project, _AT_FIRST, now)[0] if one.project == project]
        before = reached(first, items.items, _BEFORE, along=awaited)
        near = reached(before.values(), items.items, _AROUND, along=neighbours)
        seen = self.gatherer.audience.person_sees(person, near.keys())
        known = {id_: one for id_, one in near.items() if id_ in seen}
        return blockers(project, known, items.changed(sorted(known), LINKS), now)

    def _piece(self, place: int, one: Blocker, rules: Ruleset, now: datetime) -> Piece:
        lines = (_heading(place, one, now), *self._lines(one, rules))
        buttons = (who_could(one.item),) if one.item.assignee is None else ()
        named = {one.item.id, *(item.id for item in one.waiting), *(item.id for item, _ in one.impact.blocked)}
        return Piece(items=tuple(sorted(named)), section=Section(lines=lines, buttons=buttons))

    def _lines(self, one: Blocker, rules: Ruleset) -> Iterator[Line]:
        named = about(one.item)
        has = self._named(one.item.assignee, rules)
        owner = Line(text="nobody has it") if has is None else Line(text="{0} has it", parts=(has,))
        yield led_by(f"{named.text}; ", named.parts, owner)
        yield _waits(one)
        if whose := customers(one.impact):
            yield led_by("• ", (), whose)
        yield from self._people(one, rules)

    def _people(self, one: Blocker, rules: Ruleset) -> Iterator[Line]:
        """Name who and which teams wait, without a mention: who is talked about is not called."""
        people = [self._named(account, rules) for account in one.impact.assignees]
        waiting = [item for item, _ in one.impact.blocked]
        projects = {item.project for item in waiting}
        said = [Tainted(text=name) for name, team in sorted(rules.teams.items()) if projects & set(team.projects)]
        yield from _listed("Whose work waits", [named for named in people if named is not None])
        yield from _listed("Which teams wait", said)

    def _named(self, account: str | None, rules: Ruleset) -> PersonRef | None:
        if account is None:
            return None
        person = self.gatherer.directory.of_jira(account, rules)
        return PersonRef(name=person.name if person is not None else account)


def _heading(place: int, one: Blocker, now: datetime) -> Line:
    seconds = (now - one.since).total_seconds()
    days = int(seconds // _A_DAY)
    long = counted(days, "day") if days >= _DAYS else f"{seconds / 3600:.0f} h"
    most = "" if one.exact else "at most "
    parts = (Moment(at=one.since),)
    return Line(text=f"*{place}. Blocks for {most}{long}*, since {{0}}; weight {one.impact.points}", parts=parts)


def _waits(one: Blocker) -> Line:
    some = tuple(_ref(item) for item in one.waiting[:_NAMED])
    more, through = len(one.waiting) - len(some), len(one.impact.blocked) - len(one.waiting)
    rest = [f"{more} more"] * (more > 0) + [f"{through} through others"] * (through > 0)
    said = [*_places(some), *rest]
    return Line(text=f"• Waiting for it: {', '.join(said)}.", parts=some)


def _listed(heading: str, parts: Sequence[PersonRef | Tainted]) -> Iterator[Line]:
    some, more = tuple(parts[:_NAMED]), len(parts) - _NAMED
    if some:
        said = [*_places(some), *([f"{more} more"] if more > 0 else [])]
        yield Line(text=f"• {heading}: {', '.join(said)}.", parts=some)


def _places(parts: Sequence[Part]) -> list[str]:
    return [f"{{{place}}}" for place in range(len(parts))]


def _ref(item: Item) -> ItemRef:
    return ItemRef(id=item.id, key=item.key)
