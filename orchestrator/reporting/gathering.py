"""Reads what a new issue depends on: where its reporter may create it, and what Jira wants. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from orchestrator.facts import Eyes, Facts, Known, Wanted
from orchestrator.gather import Gatherer
from orchestrator.messages import Form, Message
from orchestrator.ports import GatewayError
from orchestrator.reporting.forms import NOT_OFFERED, USUAL, form, id_of, is_offered
from orchestrator.reporting.reactions import REACTED, Reactions
from rules.actions import Project
from rules.canonical import revive
from rules.model import Event, Item, ItemRef, Line, Person, PersonRef, Subject, Tainted
from rules.ruleset import Ruleset
from rules.talk import TalkPlace

#: What the form is about, and where what comes of it is answered: a modal itself has no place for that.
_CARRIED = ("asked", "channel", "response_url")
_NOWHERE = Line(text="There is no project in which you, and I, may create issues")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """The ports that new issues need: those of items."""

    gatherer: Gatherer

    def form(self, event: Event, person: Person, rules: Ruleset) -> Form | Message:
        """Give the form for a new issue, filled in as far as can be told, or say why there is none."""
        if not is_offered(rules):
            return Message(title=NOT_OFFERED)
        asked, other_id = self._asked(event), event.payload.get("other")
        other = None if other_id is None else self._item(other_id, person)
        projects = self._projects(person, rules)
        if not projects:
            return Message(title=_NOWHERE)
        place = self._place(asked, rules)
        likely = (event.payload.get("project"), other.project if other else None, place.project if place else None)
        chosen = _chosen(likely, projects)
        types = self.gatherer.tracker.types(chosen)
        if not types:
            return Message(title=Line(text="Jira lets me create no issue in {0}", parts=(Tainted(text=chosen),)))
        carried = {name: event.payload[name] for name in _CARRIED if event.payload.get(name) is not None}
        usual = place.type if place is not None and place.project == chosen else USUAL
        made = form(self._words(asked), carried, other, projects, chosen, types, usual)
        return msgspec.structs.replace(made, lines=(*made.lines, *self._warned(asked, person)))

    def facts(self, subject: Subject, commands: Sequence[Event], rules: Ruleset) -> Facts:
        """Gather fresh what a decision about these commands of one person depends on."""
        gather = self.gatherer
        now = gather.clock.now()
        told = gather.records.about(subject, now.date().isoformat())
        others = {event.payload["other"] for event in commands if event.payload.get("other") is not None}
        items = gather.items.merge([gather.read(id_) for id_ in sorted(others)]) if others else ()
        people = [gather.directory.of_slack(user, rules) for user in sorted({one.payload["user"] for one in commands})]
        known = tuple(one for one in people if one is not None)
        seen = {item.id for item in items if not item.deleted}
        return Facts(
            subject=subject,
            now=now,
            fresh=True,
            requests=told.requests,
            records=told.actions,
            commands=tuple(commands),
            people=known,
            known=tuple(Known(item=item, confidence=0, model="") for item in items if not item.deleted),
            eyes=tuple(
                Eyes(viewer=one.id, items=tuple(sorted(gather.audience.person_sees(one, seen)))) for one in known
            ),
            switches=told.switches,
            budget_left=rules.budgets_left(told.budget_used),
            wanted=tuple(self._wanted(event, known, rules) for event in commands if event.name == "report.submitted"),
        )

    def _wanted(self, event: Event, people: Sequence[Person], rules: Ruleset) -> Wanted:
        tracker, project = self.gatherer.tracker, event.payload["project"]
        account = next((one.jira for one in people if one.slack == event.payload["user"]), None)
        begun = self.gatherer.records.request(id_of(event))
        if begun is not None and begun.subject != event.subject:
            return Wanted(event=event.id, project=project, taken=True)
        if account is None or not tracker.may_create(account, project):
            return Wanted(event=event.id, project=project)
        return Wanted(
            event=event.id,
            project=project,
            may_create=True,
            form=tracker.form(project, event.payload["type"]),
            permalink=self._permalink(event),
            author=self._author(event, rules),
            conversation=self._thread(self._asked(event)) if rules.talk.threads else "",
        )

    def _permalink(self, event: Event) -> str | None:
        """Give the address of the message that was asked about, where Slack lets us: we have to be in its channel."""
        asked = self._asked(event)
        channel, ts = (asked.payload.get(name) if asked else None for name in ("channel", "ts"))
        try:
            return self.gatherer.chat.permalink(channel, ts) if channel and ts else None
        except GatewayError as error:
            if not error.final:
                raise
            return None

    def _asked(self, event: Event) -> Event | None:
        """Give the question from which the form was opened, if it was the same person's."""
        asked = self.gatherer.records.event(event.payload["asked"])
        return asked if asked is not None and asked.payload.get("user") == event.payload["user"] else None

    def _thread(self, asked: Event | None) -> str:
        """Name the thread that an issue is made of: where we are, so that we hear what is said there."""
        channel, ts = (asked.payload.get(name) if asked else None for name in ("channel", "ts"))
        if asked is None or not channel or not ts or self.gatherer.chat.channel(channel) != channel:
            return ""
        first = asked.payload.get("thread_ts")
        if first is None and asked.name == REACTED:
            found = self.reactions.said(channel, ts)
            first = found.thread if found is not None else None
        return f"{channel}/{first or ts}"

    def _words(self, asked: Event | None) -> str:
        """Give what was asked about: it came with the question, or it is the message that somebody reacted to."""
        said = asked.payload.get("said") if asked is not None else None
        if asked is None or said is not None or asked.name != REACTED:
            return revive(said, Tainted).text if said is not None else ""
        found = self.reactions.said(asked.payload["channel"], asked.payload["ts"])
        return found.text if found is not None else ""

    def _author(self, event: Event, rules: Ruleset) -> PersonRef | None:
        """Give who wrote the message that somebody else reacted to."""
        asked = self._asked(event)
        if asked is None or asked.name != REACTED:
            return None
        found = self.reactions.said(asked.payload["channel"], asked.payload["ts"])
        if found is None or found.user in (None, event.payload["user"]):
            return None
        person = self.gatherer.directory.of_slack(found.user or "", rules)
        return PersonRef(name=person.name, slack=person.slack) if person is not None else None

    def _place(self, asked: Event | None, rules: Ruleset) -> TalkPlace | None:
        channel = asked.payload.get("channel") if asked is not None else None
        return self.reactions.place(channel, rules) if channel is not None else None

    @property
    def reactions(self) -> Reactions:
        """What reads the messages that people react to."""
        return Reactions(gatherer=self.gatherer)

    def _warned(self, asked: Event | None, person: Person) -> tuple[Line, ...]:
        """Say that the thread belongs to another issue already, so that this one will not be kept in step with it."""
        where = self._thread(asked)
        thread = self.gatherer.records.thread(where) if where else None
        if thread is None or not thread.is_kept:
            return ()
        item = self._item(thread.item, person)
        named = (ItemRef(id=item.id, key=item.key),) if item is not None else ()
        words = f"The thread belongs to {'{0}' if named else 'another issue'} already; "
        return (Line(text=f"{words}what is said there is not written to this one.", parts=named),)

    def _item(self, id_: int, person: Person) -> Item | None:
        seen = self.gatherer.audience.person_sees(person, {id_})
        return self.gatherer.items.item(id_) if id_ in seen else None

    def _projects(self, person: Person, rules: Ruleset) -> tuple[Project, ...]:
        allowed = set(rules.limits.projects)
        found = self.gatherer.tracker.projects(person.jira) if person.jira is not None else ()
        return tuple(one for one in found if "*" in allowed or one.key in allowed)


def _chosen(likely: Sequence[str | None], projects: Sequence[Project]) -> str:
    """Choose the likeliest of the projects: what somebody chose, where it will be linked, the channel's; else any."""
    keys = [one.key for one in projects]
    return next((one for one in likely if one in keys and one is not None), keys[0])
