"""Answers what people ask: gathers what they may see, has the answer made. Reads only; an enquiry changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from orchestrator import answers, finding
from orchestrator.approvals import passing, wishes
from orchestrator.approvals.pace import LOOKED_BACK, paces, waits
from orchestrator.approvals.slowness import approvals_message
from orchestrator.approvals.voting import unlinked
from orchestrator.assigning import choosing
from orchestrator.batching.offering import Offering
from orchestrator.bundles.gathering import named
from orchestrator.cardlook import CardLook
from orchestrator.changes import Reply
from orchestrator.commands import help_message
from orchestrator.gather import Gatherer
from orchestrator.hearing import NO_REQUEST
from orchestrator.memory import Items, Records, TrailRow
from orchestrator.messages import Form, Message, ReplyTo
from orchestrator.people.suited import allotted_message, who_message
from orchestrator.people.suiting import MOST_PEOPLE, Suiting
from orchestrator.ports import GatewayError, Tracker
from orchestrator.queues import Queues
from orchestrator.reporting.forms import is_offered
from orchestrator.reporting.gathering import Reporting
from orchestrator.sla.reading import running
from orchestrator.sla.telling import sla_message
from orchestrator.watching.alerts import LOOKED_BACK as ALERTS_LOOKED_BACK
from orchestrator.watching.alerts import Alerts
from orchestrator.watching.obstacles import Obstacles
from orchestrator.watching.risks import Risks, projects_of
from rules.canonical import revive
from rules.model import Event, Item, Line, Person, Subject, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

MAX_PENDING = 20
#: As many questions as Jira tells of in one call whether somebody may browse what they are about.
MOST_ASKED = 1000
MOST_PENDING = 200
MAX_TRAIL = 200
#: The buttons by which somebody opens a form about an open question.
_ABOUT_A_QUESTION = frozenset({"pass.opened", "alter.opened", "give.opened"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """The ports that answering needs."""

    gatherer: Gatherer
    items: Items
    records: Records
    tracker: Tracker
    cards: CardLook
    alerts: Alerts

    def item(self, key: str) -> Item | None:
        """Find an item by key; Jira is asked when memory does not know it."""
        known = self.items.by_key(key)
        if known is None and (snapshot := self.tracker.item_by_key(key)) is not None:
            known = next(iter(self.items.merge([snapshot])), None)
        return None if known is None or known.deleted else known

    def answer(self, event: Event, rules: Ruleset) -> Reply:
        """Answer one question, with nothing in it that its asker may not browse; where that cannot be told, say so."""
        given = event.payload
        to = ReplyTo(
            user=given["user"],
            channel=given.get("channel"),
            response_url=given.get("response_url"),
            view=given.get("view"),
        )
        try:
            return Reply(to=to, message=self._answer(event, rules))
        except GatewayError as error:
            return Reply(to=to, message=answers.not_now(str(error)))

    def _answer(self, event: Event, rules: Ruleset) -> Message | Form:
        user = event.payload["user"]
        person = self.gatherer.directory.of_slack(user, rules)
        if person is None or not person.linked:
            return Message(title=unlinked(person, user))
        if event.name == "details.asked":
            return self._details(event.payload["request"], person, rules)
        opening: Mapping[str, Callable[[Event, Person, Ruleset], Message | Form]] = {
            "change.opened": self._changing,
            "bulk.opened": self.cards.bundling.form,
            "report.opened": self.reporting.form,
            **dict.fromkeys(_ABOUT_A_QUESTION, self._about_a_question),
        }
        if event.name in opening:
            return opening[event.name](event, person, rules)
        said = event.payload.get("said")
        if said is not None:
            return self._alike(revive(said, Tainted), event.id, person, rules)
        return self._command(event, person, rules)

    def _command(self, event: Event, person: Person, rules: Ruleset) -> Message:
        word, argument = event.payload["word"], event.payload.get("argument", "")
        if word == "status":
            return answers.status(self.records.standing(), rules.version, self.gatherer.model.version)
        if word == "pending":
            return self._pending(person)
        of_projects: Mapping[str, Callable[[str, Person, Ruleset], Message]] = {
            "approvals": self._approvals,
            "queue": self._queue,
            "blocked": Obstacles(gatherer=self.gatherer).blocked,
            "risk": self._risk,
        }
        if word in of_projects:
            return of_projects[word](argument, person, rules)
        if word == "who" and "-" not in argument:
            return allotted_message(argument, self.suiting().allotted(argument, person, rules))
        answering: Mapping[str, Callable[[Item, Person, Ruleset], Message]] = {
            "why": self._why,
            "related": self._related,
            "impact": self._impact,
            "sla": self._sla,
            "who": self._who,
        }
        if word not in answering:
            return help_message()
        item = self.item(argument)
        if item is None or not self._sees(person, item.id):
            unseen = "I know no issue {0} that you may browse in Jira."
            return Message(title=Line(text=unseen, parts=(Tainted(text=argument, source="slack"),)))
        return answering[word](item, person, rules)

    def _sees(self, person: Person, *items: int) -> bool:
        return set(items) <= self.gatherer.audience.person_sees(person, items)

    def _why(self, item: Item, person: Person, _: Ruleset) -> Message:
        rows = self.records.trail(item.id, MAX_TRAIL)
        seen = self.gatherer.audience.person_sees(person, {id_ for row in rows for id_ in row.entry.about})
        visible = [row for row in rows if set(row.entry.about) <= seen]
        return answers.why(item, visible, self._undoable(item, visible))

    def _undoable(self, item: Item, rows: Sequence[TrailRow]) -> list[Request]:
        """Give what was done to the item, stands, and is told of in these rows."""
        told = {row.entry.decision for row in rows if row.entry.kind == "action.done"}
        requests = self.records.requests(Subject(kind="item", id=str(item.id)))
        undone = {one.undoes for one in requests}
        return [
            one
            for one in requests
            if one.state is RequestState.APPROVED
            and one.undoes is None
            and one.portal is None
            and one.id not in undone
            and any(
                record.request == one.id and record.decision in told for record in self.records.actions(one.subject)
            )
        ]

    def _related(self, item: Item, person: Person, rules: Ruleset) -> Message:
        subject = Subject(kind="item", id=str(item.id))
        known = self.gatherer.stored(subject, (), rules).known
        seen = self.gatherer.audience.person_sees(person, {one.item.id for one in known})
        found = [
            (one.item, one.confidence, (*finding.called(one), *one.evidence)) for one in known if one.item.id in seen
        ]
        return answers.related(item, found)

    def _alike(self, said: Tainted, asked_in: str, person: Person, rules: Ruleset) -> Message:
        known = self.gatherer.alike(said.text, rules)
        seen = self.gatherer.audience.person_sees(person, {one.item.id for one in known})
        visible = finding.worth_showing(tuple(one for one in known if one.item.id in seen))
        texts = {item.id: item.description.text for item in self.items.items([one.item.id for one in visible])}
        return finding.alike(said, visible, texts, asked_in if is_offered(rules) else None)

    def _impact(self, item: Item, person: Person, rules: Ruleset) -> Message:
        return self._queues.impact(item, person, rules)

    def _sla(self, item: Item, _: Person, rules: Ruleset) -> Message:
        now = self.gatherer.clock.now()
        ahead = self.gatherer.foretelling.forecasts([item], rules, now)[item.id]
        return sla_message(item, running(item, self.items, rules, now), ahead, now)

    def _who(self, item: Item, person: Person, rules: Ruleset) -> Message:
        return who_message(self.suiting().suited(item, person, rules))

    def suiting(self, most_people: int = MOST_PEOPLE) -> Suiting:
        """Give what finds who could take an item, among so many people at most."""
        gatherer = self.gatherer
        return Suiting(
            items=self.items,
            directory=gatherer.directory,
            audience=gatherer.audience,
            attendance=gatherer.attendance,
            foretelling=gatherer.foretelling,
            batches=self.cards.batches.gathering.batches,
            clock=gatherer.clock,
            most_people=most_people,
        )

    @property
    def reporting(self) -> Reporting:
        """What new issues need."""
        return Reporting(gatherer=self.gatherer)

    @property
    def _queues(self) -> Queues:
        return Queues(items=self.items, audience=self.gatherer.audience, clock=self.gatherer.clock)

    def _pending(self, person: Person) -> Message:
        requests = self.records.pending(MOST_PENDING)
        seen = self.gatherer.audience.person_sees(person, {id_ for one in requests for id_ in one.items})
        visible = [one for one in requests if set(one.items) <= seen][:MAX_PENDING]
        return answers.pending(visible, self.items.items(sorted(seen)), self.gatherer.clock.now())

    def _approvals(self, project: str, person: Person, rules: Ruleset) -> Message:
        now = self.gatherer.clock.now()
        asked = self.records.asked_since(now - LOOKED_BACK, MOST_ASKED)
        seen = self.gatherer.audience.person_sees(person, {id_ for one in asked for id_ in one.items})
        items = {item.id: item for item in self.items.items(sorted(seen))}
        visible = [
            one
            for one in asked
            if set(one.items) <= seen and (not project or any(items[id_].project == project for id_ in one.items))
        ]
        return approvals_message(
            project,
            waits(visible, rules),
            paces(visible, rules, now),
            [one for one in visible if one.state is RequestState.EXPIRED],
            partial(named, self.gatherer.directory.everyone(rules)),
            {id_: item.key for id_, item in items.items()},
        )

    def _queue(self, project: str, person: Person, rules: Ruleset) -> Message:
        return self._queues.queue(project, person, rules)

    def _risk(self, project: str, person: Person, rules: Ruleset) -> Message:
        projects = [project] if project else projects_of(person, rules)
        warned = self.alerts.told_since(projects, self.gatherer.clock.now() - ALERTS_LOOKED_BACK)
        return Risks(gatherer=self.gatherer).risk(project, person, rules, warned)

    def _changing(self, event: Event, person: Person, rules: Ruleset) -> Message | Form:
        return Offering(gathering=self.cards.batches.gathering).form(event.payload, person, rules)

    def _about_a_question(self, event: Event, person: Person, rules: Ruleset) -> Form | Message:
        request = self.records.request(event.payload.get("request", ""))
        if request is None or not self._sees(person, *request.items):
            return Message(title=NO_REQUEST)
        if event.name == "alter.opened":
            return wishes.form(request, _where(event))
        if event.name == "give.opened":
            return choosing.form(request, self.records.about(request.subject, "").allotment, person, _where(event))
        people = self.gatherer.directory.everyone(rules)
        seen = {one.id: self._sees(one, *request.items) for one in people if set(one.roles) & request.roles}
        return passing.form(request, person, people, seen, _where(event))

    def _details(self, request: str, person: Person, rules: Ruleset) -> Message:
        view = self.cards.view(request, rules)
        if view is None or not self._sees(person, *(item.id for item in view.items)):
            return Message(title=NO_REQUEST)
        return answers.details(view)


def _where(event: Event) -> dict[str, str]:
    """Give where an answer to what is filled into a form can go."""
    return {name: event.payload[name] for name in ("channel", "response_url") if event.payload.get(name)}
