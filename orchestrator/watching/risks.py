"""Tells which promises about issues are likely to break, to whoever asks and on people's pages. Reads only."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from orchestrator.gather import Gatherer
from orchestrator.impact import counted, impact
from orchestrator.messages import Message, Section, led_by
from orchestrator.reach import reached
from orchestrator.sla.reading import clocked
from orchestrator.watching.alerts import Alert, how_it_went
from orchestrator.watching.crew import team_of
from orchestrator.watching.outlooks import counts, headline
from orchestrator.watching.prospect import Prospects
from orchestrator.watching.risking import AtRisk, about_clock, at_risk, owner
from orchestrator.watching.telling import about, who_could
from rules.model import Item, Line, Person, Tainted
from rules.ruleset import Ruleset

__all__ = ["Risks", "projects_of"]

#: Of each project so many issues by what waits for them, by their clocks in Jira, and of the latest; around these so
#: many that wait.
_MOST_OPEN, _LATEST, _AROUND = 200, 500, 1_000
_TOLD = 10
#: What of some items may be browsed.
Sees: TypeAlias = Callable[[Collection[int]], Collection[int]]
FOOTER = Line(text="Percent: how often such promises broke that stood as these do. Usual: of all such of a project.")


def projects_of(person: Person, rules: Ruleset) -> tuple[str, ...]:
    """Give the projects whose work a person's teams share."""
    rule = rules.people.get(person.id)
    teams = (rules.teams[name] for name in (rule.teams if rule else ()) if name in rules.teams)
    return tuple(sorted({project for team in teams for project in team.projects}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """The ports that this needs."""

    gatherer: Gatherer

    def risk(self, project: str, person: Person, rules: Ruleset, warned: Sequence[Alert] = ()) -> Message:
        """Tell what is likely to break, as its asker may know; without a project in those of their teams.

        Args:
            project: its key, blank for none.
            person: who asks.
            rules: the rules in force.
            warned: what teams were warned of lately.

        Raises:
            GatewayError: what they may browse cannot be told now.
        """
        projects = (project,) if project else projects_of(person, rules)
        named = Tainted(text=", ".join(projects) or "your teams' projects", source="slack")
        found = self.of(projects, rules, partial(self.gatherer.audience.person_sees, person))
        likely = found[:_TOLD]
        seen = self.gatherer.audience.person_sees(person, {one.item for one in warned}) if warned else frozenset()
        went = how_it_went([one for one in warned if one.item in seen])
        if not likely:
            return Message(title=Line(text="No promise that you may see runs in {0}", parts=(named,)), footer=went)
        more = len(found) - len(likely)
        rest = (Line(text=f"{counted(more, 'more clock')} less likely to break."),) if more else ()
        return Message(
            title=Line(text="What is likely to break in {0}", parts=(named,)),
            sections=(
                *(self._section(place, one, rules) for place, one in enumerate(likely, start=1)),
                *self._queue(project, person, rules),
            ),
            footer=(*rest, *went, FOOTER),
        )

    def of(
        self, projects: Iterable[str], rules: Ruleset, sees: Sees | None = None, *, due: bool = True
    ) -> tuple[AtRisk, ...]:
        """Give the running promises of projects, the likeliest to break first.

        Args:
            projects: their keys.
            rules: the rules in force.
            sees: what of some items those may browse who are told of it; the others are neither told nor weighed.
            due: whether due dates count beside SLAs.
        """
        found = {one.id: one for project in projects for one in self._open(project)}
        return self.weighed(tuple(found.values()), rules, sees, due=due)

    def weighed(
        self, items: Sequence[Item], rules: Ruleset, sees: Sees | None = None, *, due: bool = True
    ) -> tuple[AtRisk, ...]:
        """Give the same of these issues."""
        now = self.gatherer.clock.now()
        near = reached(items, self.gatherer.items.items, _AROUND)
        seen = near.keys() if sees is None else sees(near.keys())
        known = [one for id_, one in near.items() if id_ in seen]
        visible = {one.id: one for one in clocked(known, self.gatherer.items, rules, now)}
        mine = [one for one in items if one.id in visible]
        told = self.gatherer.foretelling.forecasts(mine, rules, now)
        forecasts = {id_: [one for one in each if due or one.due is None] for id_, each in told.items()}
        running = [one for one in mine if forecasts.get(one.id)]
        return at_risk(running, forecasts, {one.id: impact(visible[one.id], visible, now) for one in running})

    def behind(self, items: Iterable[Item], rules: Ruleset) -> Mapping[str, Person]:
        """Give the people who have these issues, by account."""
        accounts = {one.assignee for one in items if one.assignee is not None}
        found = {account: self.gatherer.directory.of_jira(account, rules) for account in sorted(accounts)}
        return {account: one for account, one in found.items() if one is not None}

    def _queue(self, project: str, person: Person, rules: Ruleset) -> tuple[Section, ...]:
        """Foretell the queue of a project, to who may browse all that is counted in it."""
        team = team_of(project, rules)
        if team is None:
            return ()
        prospect = Prospects(gatherer=self.gatherer).of(team, (project,), rules, self.gatherer.clock.now())
        if prospect is None or not prospect.counted <= self.gatherer.audience.person_sees(person, prospect.counted):
            return ()
        said = headline(prospect.outlook, team)
        return (Section(lines=(Line(text=f"*{said.text}.*", parts=said.parts), *counts(prospect.outlook))),)

    def _open(self, project: str) -> list[Item]:
        first, _ = self.gatherer.items.queue(project, _MOST_OPEN, self.gatherer.clock.now())
        latest = (gone.item for gone in self.gatherer.items.past(project, _LATEST))
        items = {one.id: one for one in (*first, *latest)}
        return [one for one in items.values() if one.project == project and one.is_open and not one.deleted]

    def _section(self, place: int, one: AtRisk, rules: Ruleset) -> Section:
        now, named = self.gatherer.clock.now(), about(one.item)
        has = owner(one.item, self.behind([one.item], rules))
        lines = (
            led_by(f"{place}. {named.text}; ", named.parts, has),
            led_by("• ", (), about_clock(one.forecast, now)),
            *(led_by("• ", (), line) for line in one.forecast.reasons[:1]),
        )
        return Section(lines=lines, buttons=(who_could(one.item),) if one.item.assignee is None else ())
