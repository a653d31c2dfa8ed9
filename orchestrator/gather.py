"""Gathers facts about an item, first from memory alone, then fresh from the vendors. Reads only; decides nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from orchestrator import related
from orchestrator.approvals.asking import roles_of
from orchestrator.assigning.allotment import wanted_by_questions
from orchestrator.attendance import Attendance
from orchestrator.facts import Eyes, Facts, Known
from orchestrator.following import ends_of, following
from orchestrator.forecast.foretelling import Foretelling
from orchestrator.granting.gathering import arrival_in, asked_at_the_desk, asks_at_a_desk, fields_named
from orchestrator.granting.grants import NO_GRANTS, Grants
from orchestrator.happened import actor, is_just_sorted, is_stir, is_unsorted, moved
from orchestrator.meanings import Meanings, said_by, said_in
from orchestrator.memory import Audience, Directory, Items, Models, Records
from orchestrator.ports import Chat, Clock, Tracker
from orchestrator.refusals import refused_under
from orchestrator.rescue.proposing import field_wanted
from orchestrator.seeking import Seeker
from orchestrator.sla.remarks import remarks
from orchestrator.talk import Spot
from rules.canonical import revive
from rules.model import Event, FieldChange, Item, Line, Person, Snapshot, Subject, Tainted
from rules.requests import RequestState
from rules.ruleset import Ruleset

MATCHES = 5
MOST_ALIKE = 20
LONGEST_TEXT = 4_000
LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """The ports that facts come from."""

    clock: Clock
    tracker: Tracker
    chat: Chat
    items: Items
    records: Records
    models: Models
    directory: Directory
    audience: Audience
    foretelling: Foretelling
    meanings: Meanings | None = None
    grants: Grants = NO_GRANTS

    @property
    def seeker(self) -> Seeker:
        """What finds known items."""
        return Seeker(items=self.items, models=self.models, meanings=self.meanings)

    @property
    def attendance(self) -> Attendance:
        """What tells who is there."""
        return Attendance(records=self.records, directory=self.directory, chat=self.chat)

    @property
    def model(self) -> related.Model:
        """The model in use for what is asked now."""
        return self.models.active(related.MEANT if self.meanings else related.SHIPPED)

    def stored(self, subject: Subject, events: Sequence[Event], rules: Ruleset) -> Facts:
        """Gather what memory knows; Jira is read only for an item that no webhook carried."""
        item = self._remember(int(subject.id), events)
        return self._remembered(subject, item, events, rules)

    def _remembered(self, subject: Subject, item: Item | None, events: Sequence[Event], rules: Ruleset) -> Facts:
        bot = self.tracker.account()
        now = self.clock.now()
        told = self.records.about(subject, now.date().isoformat())
        facts = Facts(
            subject=subject,
            now=now,
            stirred=not events or any(is_stir(event, bot) for event in events),
            unsorted=is_unsorted(events),
            just_sorted=is_just_sorted(events),
            actor=actor(events, bot),
            item=_trimmed(item),
            requests=told.requests,
            records=told.actions,
            outcomes=told.outcomes,
            commands=tuple(event for event in events if event.kind == "command"),
            comments=tuple(event for event in events if event.name == COMMENTED and event.payload.get("comment")),
            switches=told.switches,
            in_batch=told.batch,
            mates=told.mates,
            followed=told.followed,
            partings=told.partings,
            threads=told.threads,
            allotment=told.allotment,
            alert=told.alert,
            moved=moved(subject, events),
            budget_left=rules.budgets_left(told.budget_used),
        )
        if item is None:
            return facts
        known, nearest = self._known(item, facts, events, rules)
        refusals = refused_under(item, known, nearest, self.items, self.records)
        return msgspec.structs.replace(facts, known=known, refusals=refusals)

    def fresh(self, facts: Facts, events: Sequence[Event], rules: Ruleset) -> Facts:
        """Read again what asking or acting depends on: issues, transitions, people, and what they may see."""
        item = int(facts.subject.id)
        others = self._involved(facts, rules)
        told = [self.read(id_) for id_ in (item, *others)]
        known = _of(item, self.items.merge(told))
        arrival, subject = arrival_in(told[0]), facts.subject
        facts = msgspec.structs.replace(self._remembered(subject, known, events, rules), arrival=arrival)
        if asks_at_a_desk(facts, rules):
            facts = msgspec.structs.replace(facts, desk=self.tracker.approvals(item))
            granted = self.grants.held(asked_at_the_desk(facts)) if facts.desk else ()
            facts = msgspec.structs.replace(facts, granted=tuple(sorted(granted)))
        gone = facts.item is None or facts.item.deleted
        people = self.people(facts, rules)
        channels = self.channels(rules, facts.item.project if facts.item else None)
        seen = {item, *(known.item.id for known in facts.known)}
        eyes = [Eyes(viewer=one.id, items=_sorted(self.audience.person_sees(one, seen))) for one in people]
        eyes += [
            Eyes(viewer=channel, items=_sorted(self.audience.channel_would_see(channel, seen, rules)))
            for channel in sorted(set(channels.values()))
        ]
        facts = msgspec.structs.replace(
            facts,
            fresh=True,
            transitions=() if gone else self.tracker.transitions(item),
            people=people,
            channels=channels,
            eyes=tuple(eyes),
            named=self.tracker.values(item, names) if (names := _fields(facts, rules)) else {},
            spots=self.spots(facts),
        )
        return self.attendance.told(facts, rules)

    def _remember(self, id_: int, events: Sequence[Event]) -> Item | None:
        """Merge what the events carried; committed before any search, so near twins cannot miss each other."""
        carried = [event.payload["snapshot"] for event in events if event.payload.get("snapshot")]
        snapshots = [revive(data, Snapshot) for data in carried]
        uncarried = any(event.source == "jira" and not event.payload.get("snapshot") for event in events)
        known = None
        if snapshots:
            known = _of(id_, self.items.merge(_with(remarks(events), snapshots)))
        elif not uncarried:
            known = self.items.item(id_)
        return known or _of(id_, self.items.merge(_with(remarks(events), [self.read(id_)])))

    def read(self, id_: int) -> Snapshot:
        """Read an issue from the tracker; one that is not there comes as deleted."""
        return self.tracker.item(id_) or Snapshot(id=id_, key="", deleted=True)

    def _involved(self, facts: Facts, rules: Ruleset) -> tuple[int, ...]:
        floor = rules.couples_from
        likely = {one.item.id for one in facts.known if one.confidence >= floor}
        parents = ends_of(facts.item, following(rules))
        return _sorted(likely | _asked_about(facts) | _named(facts.commands).keys() | set(parents))

    def _known(
        self, item: Item, facts: Facts, events: Sequence[Event], rules: Ruleset
    ) -> tuple[tuple[Known, ...], Sequence[int]]:
        """Give the likeliest known ones, and the ids of some more, in the same order."""
        named = _named(events)
        days = max((workflow.known_for_days for workflow in rules.workflows.values()), default=0)
        query = query_of(item)
        wanted = set(named) | _asked_about(facts) | set(ends_of(item, following(rules)))
        sought = self.seeker.seek(query, said_by(item), item.id, facts.now - timedelta(days=days), wanted)
        matches = sought.best(len(sought.candidates) + 1 if wanted else MOST_ALIKE)
        kept = [match for place, match in enumerate(matches) if place < MATCHES or match.id in wanted]
        by_id = {one.id: one for one in self.items.items([match.id for match in kept] + sorted(sought.unfound))}
        text = f"{item.summary.text}\n{item.description.text}"
        told = _Telling(query=sought.query, corpus=sought.corpus, text=text, version=sought.model.version)
        known = [_as_known(by_id[match.id], match, told, named) for match in kept if match.id in by_id]
        unlike = sorted(sought.unfound - {match.id for match in kept})
        rest = (_unlike(by_id[id_], named, sought.model.version) for id_ in unlike if id_ in by_id)
        return (*known, *rest), [match.id for match in matches[:MOST_ALIKE]]

    def alike(self, said: str, rules: Ruleset) -> tuple[Known, ...]:
        """Give the known items that resemble a text, the likeliest first. The text is nobody's item and is not kept."""
        summary, _, rest = said.strip().partition("\n")
        now = self.clock.now()
        query = related.Query(terms=related.terms(summary, rest), traits=related.Traits(created=int(now.timestamp())))
        days = max((workflow.known_for_days for workflow in rules.workflows.values()), default=0)
        sought = self.seeker.seek(query, said_in(summary, rest), 0, now - timedelta(days=days))
        matches = sought.best(MOST_ALIKE)
        by_id = {one.id: one for one in self.items.items([match.id for match in matches])}
        told = _Telling(query=sought.query, corpus=sought.corpus, text=said, version=sought.model.version)
        return tuple(_as_known(by_id[match.id], match, told, {}) for match in matches if match.id in by_id)

    def spots(self, facts: Facts) -> dict[str, Spot]:
        """Give the threads of the cards of requests about which somebody asks something back."""
        asked = {event.payload["request"] for event in facts.commands if event.name == ASKED_BACK}
        shown = sorted({one.card for one in facts.requests if one.id in asked})
        rows = [row for id_ in shown for row in self.records.cards(id_)]
        places = [(row.channel, row.ts) for row in rows if row.user is None and row.ts and not row.lost]
        return {f"{channel}/{ts}": self._spot(channel, f"{channel}/{ts}") for channel, ts in places if channel}

    def _spot(self, channel: str, thread: str) -> Spot:
        before = self.records.thread(thread)
        return Spot(members=self.chat.members(channel), asked=before.asked if before is not None else {})

    def channels(self, rules: Ruleset, project: str | None = None) -> dict[str, str]:
        """Give the ids of the channels that workflows ask in, by name; those that the bot is in.

        What is about one issue is asked in its project's own channel, where there is one, in the place of all of them.
        """
        own = self.chat.channel(rules.noise.channels[project]) if project in rules.noise.channels else None
        return {name: id_ for name in _channels(rules) if (id_ := own or self.chat.channel(name)) is not None}

    def people(self, facts: Facts, rules: Ruleset) -> tuple[Person, ...]:
        """Give those whom the facts concern: whose it is, who gave commands, who could take it, who may be asked."""
        asked = {role for workflow in rules.workflows.values() for role in roles_of(workflow)}
        holders = [one for one in self.directory.everyone(rules) if asked & set(one.roles)]
        spoken = [event for event in facts.commands if event.source != "jira"]
        givers = [self.directory.of_slack(event.payload["user"], rules) for event in spoken]
        owners = (facts.item.reporter, facts.item.assignee) if facts.item else ()
        writers = [event.payload["user"] for event in facts.commands if event.source == "jira"]
        mover = facts.arrival.author if facts.arrival else None
        suited = (*wanted_by_questions(facts.requests), *(facts.allotment.accounts if facts.allotment else ()))
        named = (*owners, facts.actor, mover, *writers, *asked_at_the_desk(facts), *suited)
        accounts = [self.directory.of_jira(account, rules) for account in named if account]
        chosen = {event.payload.get("whom") for event in facts.commands}
        others = [one for one in self.directory.everyone(rules) if one.id in chosen]
        unique = {person.id: person for person in (*givers, *accounts, *holders, *others) if person is not None}
        return self.attendance.joined([unique[id_] for id_ in sorted(unique)], facts.now, rules)


def _with(said: Iterable[FieldChange], snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
    """Add what was said on an issue to what is remembered of it."""
    first, *others = snapshots
    return [msgspec.structs.replace(first, changes=(*first.changes, *said)), *others]


#: The events of a new comment, and of what is asked back.
COMMENTED, ASKED_BACK = "jira.comment_created", "question.asked"

#: Events by which a person names another item that is, or may be, the same problem.
NAMING = frozenset({"couple.proposed", "item.named_together"})


def query_of(item: Item) -> related.Query:
    """Give an item as the question that the ranking answers."""
    return related.Query(terms=related.terms(item.summary.text, item.description.text), traits=traits_of(item))


def traits_of(item: Item) -> related.Traits:
    """Give what the ranking knows of an item beside its text."""
    return related.Traits(
        created=int(item.created.timestamp()),
        project=item.project,
        components=item.components,
        kind=item.type,
        reporter=item.reporter or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What evidence is told from: the question, what its issue says, the index, and the model's version."""

    query: related.Query
    corpus: related.Corpus
    text: str
    version: str


def _as_known(item: Item, match: related.Match, told: _Telling, named: dict[int, Event]) -> Known:
    found = tuple(
        Line(text=one.text, parts=tuple(Tainted(text=quote) for quote in one.quotes))
        for one in related.evidence(told.query, match, told.corpus)
    )
    return Known(
        item=_without_text(item),
        confidence=match.confidence,
        model=told.version,
        evidence=(*_said(named.get(item.id)), *found),
        relation=related.relation(told.query, match, told.corpus, told.text, item.key) or "",
        features=match.features,
    )


def _unlike(item: Item, named: dict[int, Event], version: str) -> Known:
    said = _said(named.get(item.id))
    against = Line(text="Their texts have no telling word in common.")
    return Known(
        item=_without_text(item),
        confidence=0,
        model=version,
        evidence=(*said, against),
    )


def _named(events: Iterable[Event]) -> dict[int, Event]:
    return {event.payload["other"]: event for event in events if event.name in NAMING}


def _said(event: Event | None) -> tuple[Line, ...]:
    """Tell that a person named the two items together, in their own words if they spoke to us."""
    if event is None:
        return ()
    quote = event.payload.get("quote")
    if quote is None:
        return (Line(text="Somebody named both in Slack."),)
    text = revive(quote, Tainted).text[:LONGEST_QUOTE]
    return (Line(text="Somebody wrote in Slack: {0}", parts=(Tainted(text=text, source="slack"),)),)


def _fields(facts: Facts, rules: Ruleset) -> tuple[str, ...]:
    return fields_named(facts, rules) or field_wanted(facts, rules)


def _asked_about(facts: Facts) -> set[int]:
    alive = (RequestState.PENDING, RequestState.APPROVED)
    named = {event.payload.get("request") for event in facts.commands}
    concerned = (one for one in facts.requests if one.state in alive or one.id in named)
    named_in = {id_ for one in concerned for id_ in (one.follows, *one.items)}
    named_in |= {event.payload.get("swap") for event in facts.commands}
    return {id_ for id_ in named_in if id_ is not None} - {int(facts.subject.id)}


def _trimmed(item: Item | None) -> Item | None:
    if item is None:
        return None
    text = item.description.text[:LONGEST_TEXT]
    return msgspec.structs.replace(item, description=msgspec.structs.replace(item.description, text=text))


def _without_text(item: Item) -> Item:
    return msgspec.structs.replace(item, description=Tainted(text=""))


def _channels(rules: Ruleset) -> Iterable[str]:
    return sorted({workflow.channel for workflow in rules.workflows.values()})


def _of(id_: int, items: Iterable[Item]) -> Item | None:
    return next((item for item in items if item.id == id_), None)


def _sorted(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(ids))
