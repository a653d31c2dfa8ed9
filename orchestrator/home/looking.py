"""A look at a person's page: gathers what it should show now, with that person's eyes, and publishes it.

It changes nothing but the page, which is no effect: Slack keeps one page of ours for each person, the last one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import msgspec

from orchestrator.batching.sorting import batching
from orchestrator.changes import Notice
from orchestrator.facts import Eyes, Facts
from orchestrator.forecast.foretold import Forecast
from orchestrator.forecast.telling import percent
from orchestrator.gather import Gatherer
from orchestrator.granting.looking import reader_of
from orchestrator.home.kept import OPENED, HomeRow, Homes
from orchestrator.home.mine import mine
from orchestrator.home.page import HomeView, Risk, home
from orchestrator.impact import breaks_at
from orchestrator.messages import Section
from orchestrator.noise.restraining import Restraining
from orchestrator.sla.reading import clocked
from orchestrator.watching.alerts import RISK, Alert, Alerts
from orchestrator.watching.notices import STRANDED, Notices
from orchestrator.watching.risking import AtRisk
from orchestrator.watching.risks import Risks
from rules.canonical import digest
from rules.model import Event, Item, ItemRef, Line, Person, Subject, Tainted
from rules.requests import Request
from rules.ruleset import Ruleset

#: So many open questions are looked through, those that expire first.
MOST_OPEN = 500
_AT_RISK = timedelta(days=1)
_MOST_RISKS = 8
#: What teams are told of, in which order, by the kind of the notice.
_HEADINGS = {RISK: "What could be saved", STRANDED: "Nobody moves"}
#: Of each project, so many issues by what waits for them, and so many by their clocks in Jira.
_LOOKED_THROUGH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLook:
    """The ports that pages need."""

    gatherer: Gatherer
    homes: Homes
    restraining: Restraining
    notices: Notices
    alerts: Alerts

    def heard(self, subject: Subject, events: Sequence[Event]) -> None:
        """Remember that somebody opened their page."""
        if any(event.name == OPENED for event in events):
            self.homes.opened(subject.id)

    def next_look(self, user: str, rules: Ruleset) -> datetime | None:
        """Give when a user is to be told of what is held back from them."""
        return self.restraining.due(user, rules)

    def render(self, user: str, rules: Ruleset) -> None:
        """Bring a page up to date, which only who ever opened theirs has; tell what was held back once that is due."""
        self.restraining.tell(user, rules)
        row = self.homes.home(user)
        if row is None:
            return
        view = self._view(user, rules)
        message = home(view)
        shown, watches = digest(message), _watches(user, view)
        if row.shown != shown:
            self.gatherer.chat.publish(user, message)
        if (row.shown, row.watches) != (shown, watches):
            self.homes.home_shown(HomeRow(user=user, shown=shown, watches=watches))

    def _view(self, user: str, rules: Ruleset) -> HomeView:
        now = self.gatherer.clock.now()
        person = self.gatherer.directory.of_slack(user, rules)
        if person is None or not person.linked:
            return HomeView(user=user, person=person, now=now)
        requests = self.gatherer.records.pending(MOST_OPEN)
        risky = self._breaking(person, now, rules)
        items = self._seen(person, requests, risky)
        visible = {item.id: item for item in items}
        facts = self._facts(person, items, now, rules)
        sorting = batching(rules)
        own = mine(person, [one for one in requests if set(one.items) <= visible.keys()], items, facts, rules)
        return HomeView(
            user=user,
            person=person,
            now=now,
            mine=own,
            answering={one.id: reader_of(person, one, self.gatherer.grants, rules) for one in own.by_jira},
            items=items,
            people=facts.people,
            teams=_teams(person, rules),
            risks=tuple(one for one in risky if one.item.id in visible)[:_MOST_RISKS],
            owned=self._owned(person, rules),
            told=self._told(person, rules),
            held=tuple((held, one) for held, one in self.restraining.waiting(user) if set(one.items) <= visible.keys()),
            absences=facts.agenda(person.id).absences,
            delegations=tuple(one for one in facts.delegations if person.id in (one.giver, one.to) and one.covers(now)),
            odd_under=sorting[1].look_at_under if sorting else 0,
            hours_known=person.id in rules.people and rules.people[person.id].calendar is not None,
            partly=len(requests) == MOST_OPEN,
        )

    def _seen(self, person: Person, requests: Sequence[Request], risky: Sequence[Risk]) -> tuple[Item, ...]:
        """Give the items that are asked about or at risk, as far as the person may browse them."""
        ids = {id_ for one in requests for id_ in one.items} | {one.item.id for one in risky}
        return self.gatherer.items.items(sorted(self.gatherer.audience.person_sees(person, ids))) if ids else ()

    def _owned(self, person: Person, rules: Ruleset) -> tuple[AtRisk, ...]:
        held = self.gatherer.items.held([person.jira]) if person.jira is not None else ()
        return Risks(gatherer=self.gatherer).weighed(
            held[-_LOOKED_THROUGH:], rules, partial(self.gatherer.audience.person_sees, person)
        )

    def _told(self, person: Person, rules: Ruleset) -> tuple[Section, ...]:
        """Give what the person's teams are told of, and what was held back from them, as far as they may browse it."""
        teams = _teams(person, rules)
        notices = self.notices.told_to(teams)
        held = [one for one in self.alerts.running(teams) if one.told_at is None]
        named = {id_ for one in notices for id_ in one.items} | {one.item for one in held}
        seen = self.gatherer.audience.person_sees(person, named) if named else frozenset()
        keys = {one.id: one.key for one in self.gatherer.items.items(sorted(seen))}
        return (*_by_kind(notices, seen), *_held_back([one for one in held if one.item in seen], keys))

    def _facts(self, person: Person, items: Sequence[Item], now: datetime, rules: Ruleset) -> Facts:
        everyone = {one.id: one for one in (*self.gatherer.directory.everyone(rules), person)}
        facts = Facts(
            subject=Subject(kind="home", id=person.slack or ""),
            now=now,
            people=self.gatherer.attendance.joined(tuple(everyone.values()), now, rules),
            eyes=(Eyes(viewer=person.id, items=tuple(item.id for item in items)),),
        )
        return self.gatherer.attendance.told(facts, rules)

    def _breaking(self, person: Person, now: datetime, rules: Ruleset) -> tuple[Risk, ...]:
        """Give what breaks within a day in the projects of a person's teams, what is next first; then what broke."""
        projects = {project for name in _teams(person, rules) for project in rules.teams[name].projects}
        queues = (self.gatherer.items.queue(one, _LOOKED_THROUGH, now)[0] for one in sorted(projects))
        found = {item.id: item for queue in queues for item in queue}
        running = clocked(tuple(found.values()), self.gatherer.items, rules, now)
        breaking = [(item, at) for item in running if (at := breaks_at(item)) and at < now + _AT_RISK]
        ahead = self.gatherer.foretelling.forecasts([found[item.id] for item, _ in breaking], rules, now)
        risks = [_risk(item, at, ahead[item.id]) for item, at in breaking]
        return tuple(sorted(risks, key=lambda one: (one.breaks_at <= now, abs(one.breaks_at - now), one.item.id)))


def _risk(item: Item, at: datetime, ahead: Sequence[Forecast]) -> Risk:
    name = next(one.name for one in item.slas if one.breaches_at == at)
    return Risk(item=item, name=name, breaks_at=at, forecast=next((one for one in ahead if one.sla == name), None))


def _teams(person: Person, rules: Ruleset) -> tuple[str, ...]:
    rule = rules.people.get(person.id)
    return tuple(name for name in rule.teams if name in rules.teams) if rule else ()


def _watches(user: str, view: HomeView) -> tuple[str, ...]:
    """Give by which ids the page's reader may be named, and those in whose place they answer."""
    mine = {user, view.person.id, view.person.jira} if view.person else {user}
    return tuple(sorted(id_ for id_ in (*mine, *(one.giver for one in view.delegations)) if id_ is not None))


def _by_kind(notices: Sequence[Notice], seen: frozenset[int]) -> Iterator[Section]:
    for kind, heading in _HEADINGS.items():
        pieces = [piece for one in notices if one.kind == kind for piece in one.pieces]
        if visible := [piece.section for piece in pieces if set(piece.items) <= seen]:
            yield Section(heading=heading, lines=())
            yield from map(_below, visible)


def _below(section: Section) -> Section:
    """Put the heading of a part among its lines, so that no line on the page parts it from what it is about."""
    if not section.heading:
        return section
    return msgspec.structs.replace(section, heading="", lines=(Line(text=f"*{section.heading}*"), *section.lines))


def _held_back(alerts: Sequence[Alert], keys: Mapping[int, str]) -> Iterator[Section]:
    """Tell of what the team was not warned of; where that is nothing there is nothing to tell."""
    lines = [
        Line(
            text=f"{{0}}: {percent(one.latest)} that its SLA {{1}} breaks",
            parts=(ItemRef(id=one.item, key=keys[one.item]), Tainted(text=one.sla)),
        )
        for one in sorted(alerts, key=lambda one: (-one.latest, one.item))
    ]
    if lines:
        why = Line(text="The team was not told, since the day's warnings were used up.")
        yield Section(heading=f"More at risk ({len(lines)})", lines=(why, *lines[:_MOST_RISKS]))
