"""A look at a card: gathers what it should show now, has it made, and puts it there. One rendering at a time per card.

A post in doubt is looked up by its mark before it is tried again, so that no card stands twice.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import msgspec

from orchestrator.assigning.lacking import LACKING
from orchestrator.assigning.showing import LackShowing
from orchestrator.batching.showing import BatchShowing
from orchestrator.bundles.alike import PREFIX as BUNDLE
from orchestrator.bundles.alike import oddities
from orchestrator.bundles.card import bundle_card, shown
from orchestrator.bundles.gathering import Bundling, named
from orchestrator.cards import CardView, card, may_undo_until
from orchestrator.changes import CardWanted
from orchestrator.execution import DOUBT, Later
from orchestrator.granting.grants import NO_GRANTS, Grants
from orchestrator.granting.looking import reader_of
from orchestrator.granting.telling import Reader
from orchestrator.memory import Audience, CardRow, Directory, Items, Journal, Records
from orchestrator.messages import Message
from orchestrator.noise.restraining import DIGEST, Restraining
from orchestrator.ports import Chat, Clock, GatewayError, PlaceGone
from orchestrator.reporting.cards import report_card
from orchestrator.talk.posts import MUTED, SHOWN, Posts
from orchestrator.undelivered import lost, undeliverable
from orchestrator.watching.notices import NOTICE, Notices, message_of
from rules.canonical import digest, revive
from rules.decisions import Decision
from rules.model import Item, Line, Moment, Person, Subject
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset

#: How far back the channel's history is searched for a post in doubt. Clocks of chat and bot differ.
SKEW = timedelta(minutes=2)
#: After how long an open question is looked at again that not everybody in its place may see.
HIDDEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLook:
    """The ports that cards need."""

    clock: Clock
    chat: Chat
    items: Items
    records: Records
    journal: Journal
    directory: Directory
    audience: Audience
    batches: BatchShowing
    restraining: Restraining
    notices: Notices
    warn: Callable[[str], None]
    grants: Grants = NO_GRANTS

    def render(self, card_id: str, rules: Ruleset) -> None:
        """Bring a card up to date with the state as it is now; posts it if it does not stand yet."""
        row = self.records.card(card_id)
        if row is not None and row.request.startswith(("batch:", LACKING)):
            self._render_subject(row, rules)
            return
        if row is not None and row.request.startswith(DIGEST):
            self._render_digest(row, rules)
            return
        if row is not None and row.request.startswith(SHOWN):
            self._render_said(row, rules)
            return
        if row is not None and row.request.startswith(BUNDLE):
            self._render_bundle(row, rules)
            return
        if row is not None and row.request.startswith(NOTICE):
            self._render_notice(row, rules)
            return
        view = self.view(row.request, rules) if row is not None and not row.lost else None
        if row is None or view is None or self.restraining.keeps(row, view.request, rules):
            return
        try:
            self._show(row, view, rules)
        except PlaceGone as gone:
            self._show_elsewhere(row, view, rules, str(gone))

    def _show(self, row: CardRow, view: CardView, rules: Ruleset) -> None:
        channel = row.channel or self._channel(row)
        answering = self._answering(row, view, rules)
        own = msgspec.structs.replace(view, direct=row.user is not None, reader=row.user, answering=answering)
        seen = self._seen_by(own, row, channel, rules)
        if view.decision.proposal.kind == "report":
            self._put(row, channel, report_card(seen), None, rules)
        else:
            self._put(row, channel, card(seen), self._look_again(seen), rules)

    def _answering(self, row: CardRow, view: CardView, rules: Ruleset) -> Reader:
        """Tell of the one whose copy it is where Jira asks by itself, and wants the answer of that person alone."""
        asked = row.user is not None and view.request.portal is not None
        person = self.directory.of_slack(row.user, rules) if asked and row.user is not None else None
        return Reader() if person is None else reader_of(person, view.request, self.grants, rules)

    def _render_subject(self, row: CardRow, rules: Ruleset) -> None:
        """Bring a batch's or an item's card up to date; where its place is gone, the next question goes to people."""
        if row.lost or self.restraining.keeps(row, self._open_about(row), rules):
            return
        try:
            channel = row.channel or self._channel(row)
            showing = self.lacks if row.request.startswith(LACKING) else self.batches
            made = showing.shown(row, channel, rules)
            if made is not None:
                self._put(row, channel, *made, rules)
        except PlaceGone as gone:
            self.warn(f"a card of {row.request} cannot be shown in its place: {gone}")
            self.journal.card_lost(row, (), lost(row, str(gone), self.clock.now()))

    def _render_bundle(self, row: CardRow, rules: Ruleset) -> None:
        """Bring a card that several questions share up to date; while there is but one, it is that one's."""
        asked = self.records.bundle(row.request)
        pending = next((one for one in asked if one.state is RequestState.PENDING), None)
        first = self.view(asked[0].id, rules) if asked else None
        if row.lost or first is None or self.restraining.keeps(row, pending, rules):
            return
        try:
            if len(asked) == 1:
                self._show(row, first, rules)
            else:
                self._show_several(row, asked, rules)
        except PlaceGone as gone:
            self._show_elsewhere(row, first, rules, str(gone))

    def _show_several(self, row: CardRow, asked: Sequence[Request], rules: Ruleset) -> None:
        channel = row.channel or self._channel(row)
        seen = self._sees(row, channel, {id_ for one in asked for id_ in one.items}, rules)
        visible = [one for one in asked if set(one.items) <= seen]
        views = [view for one in shown(visible) if (view := self.view(one.id, rules)) is not None]
        bundle = self.bundling.bundle(row.request, seen, rules)
        odd: dict[str, tuple[Line, ...]] = {one.id: () for one in visible}
        if bundle is not None:
            odd = oddities(bundle, partial(named, self.directory.everyone(rules)))
        again = [at for view in views if (at := self._look_again(view)) is not None]
        hidden = len(asked) - len(visible)
        if hidden and any(one.state is RequestState.PENDING for one in asked):
            again.append(self.clock.now() + HIDDEN)
        message = bundle_card(row.request, visible, views, odd, hidden)
        self._put(row, channel, message, min(again, default=None), rules)

    def _render_notice(self, row: CardRow, rules: Ruleset) -> None:
        """Bring what somebody is told unasked up to date, with what everybody there may browse."""
        notice = self.notices.notice(row.request.removeprefix(NOTICE))
        if row.lost or notice is None or (row.ts is None and notice.ended):
            return
        unsent = row.user is not None and row.ts is None and row.trying_since is None
        if unsent and row.user is not None and (why := self.restraining.why_later(row.user, notice.items, rules)):
            raise Later(why, MUTED)
        try:
            channel = row.channel or self._channel(row)
            self._put(row, channel, message_of(notice, self._sees(row, channel, notice.items, rules)), None, rules)
        except PlaceGone as gone:
            self.warn(f"what a team is told cannot be shown in its place: {gone}")
            self.journal.card_lost(row, (), lost(row, str(gone), self.clock.now()))

    @property
    def lacks(self) -> LackShowing:
        """What tells that nobody can take an item."""
        return LackShowing(
            clock=self.clock,
            items=self.items,
            records=self.records,
            directory=self.directory,
            audience=self.audience,
        )

    @property
    def bundling(self) -> Bundling:
        """What questions need that share a card."""
        return Bundling(gatherer=self.batches.gathering.gatherer)

    def _render_digest(self, row: CardRow, rules: Ruleset) -> None:
        """Tell somebody of what was held back, as it stands when they are told; it stays as it was then."""
        told = self.restraining.digest(row, rules) if row.ts is None and not row.lost else None
        if told is None:
            return
        try:
            self._put(row, row.channel or self._channel(row), told, None, rules)
        except PlaceGone as gone:
            self.journal.card_lost(row, (), lost(row, str(gone), self.clock.now()))

    def _render_said(self, row: CardRow, rules: Ruleset) -> None:
        """Put what people say to each other where it is read."""
        if row.lost:
            return
        said = self._posts.shown(row, rules)
        if said is None:
            why = "there is nothing that may be shown"
            self.journal.card_lost(row, (), lost(row, why, self.clock.now()))
            return
        try:
            self._put(row, row.channel or self._channel(row), said, None, rules)
        except PlaceGone as gone:
            self.warn(f"what people say to each other cannot be shown in its place: {gone}")
            self.journal.card_lost(row, (), lost(row, str(gone), self.clock.now()))

    @property
    def _posts(self) -> Posts:
        return Posts(
            tracker=self.batches.gathering.gatherer.tracker,
            items=self.items,
            records=self.records,
            directory=self.directory,
            audience=self.audience,
            restraining=self.restraining,
            channel_of=self._channel,
        )

    def _open_about(self, row: CardRow) -> Request | None:
        asked = self.records.requests(Subject.parse(row.request)) if row.ts is None else ()
        return next((one for one in reversed(asked) if one.state is RequestState.PENDING), None)

    def _put(self, row: CardRow, channel: str, message: Message, again: datetime | None, rules: Ruleset) -> None:
        """Post or update a card where what it shows has changed."""
        shown = digest(message)
        if row.shown != shown or row.ts is None:
            ts = row.ts or self._standing(row, channel)
            if ts is None:
                ts = self._post(row, channel, message, rules)
            else:
                self.chat.update(channel, ts, message, row.id)
            row = CardRow(id=row.id, request=row.request, place=row.place, channel=channel, ts=ts)
        self.journal.card_shown(row, channel, row.ts or "", shown, again)

    def view(self, request_id: str, rules: Ruleset) -> CardView | None:
        """Gather what a request's card shows; None for an unknown request."""
        request = self.records.request(request_id)
        decided = self.records.decision(request.asks[0].decision) if request is not None else None
        if request is None or decided is None:
            return None
        undoing = self.records.undoing(request.id)
        actions = self.records.actions(request.subject)
        return CardView(
            request=request,
            decision=revive(decided["decision"], Decision),
            items=self._items(request),
            records=tuple(one for one in actions if one.request == request.id),
            undoing=undoing,
            undo_records=tuple(one for one in actions if undoing is not None and one.request == undoing.id),
            people=self._people(request, undoing, rules),
            undo_until_minutes=rules.limits.undo_button_minutes,
            now=Moment(at=self.clock.now()),
        )

    def _look_again(self, view: CardView) -> datetime | None:
        """Say when the card changes by itself: Undo goes, and an open question that is hidden may be shown again."""
        if not view.visible and view.request.state is RequestState.PENDING:
            return view.now.at + HIDDEN
        until = may_undo_until(view)
        return until.at if until else None

    def _post(self, row: CardRow, channel: str, message: Message, rules: Ruleset) -> str:
        """Post it; where the answer was lost, wait until the call cannot be under way any more."""
        self.chat.may_post(channel)
        self.journal.card_trying(row, channel, self.clock.now())
        if row.trying_since is None and not row.request.startswith((DIGEST, *SHOWN)):
            self.restraining.count(row, rules)
        try:
            return self.chat.post(channel, message, row.id, row.thread)
        except GatewayError as error:
            if error.in_doubt:
                raise Later(f"a card is in doubt: {error}", DOUBT) from error
            raise

    def _show_elsewhere(self, row: CardRow, view: CardView, rules: Ruleset, why: str) -> None:
        """Give up a place that is gone: who may decide gets it as a direct message, and the operator hears of it."""
        alive = view.request.state in (RequestState.PENDING, RequestState.APPROVED)
        people = self._deciders(view, rules) if alive and row.user is None else ()
        instead = [CardWanted(request=row.request, place=f"user:{one.slack}") for one in people]
        self.warn(f"a card cannot be shown in its place, {len(instead)} get it as a direct message: {why}")
        self.journal.card_lost(row, instead, undeliverable(row, view.request, len(instead), why, self.clock.now()))

    def _deciders(self, view: CardView, rules: Ruleset) -> tuple[Person, ...]:
        barred, items = set(view.request.excluded), {item.id for item in view.items}
        return tuple(
            one
            for one in self.directory.everyone(rules)
            if view.request.role in one.roles
            and one.linked
            and not one.guest
            and not barred & {one.id, one.jira, one.slack}
            and items <= self.audience.person_sees(one, items)
        )

    def _channel(self, row: CardRow) -> str:
        return row.place.partition("/")[0] if row.user is None else self.chat.direct(row.user)

    def _standing(self, row: CardRow, channel: str) -> str | None:
        """Look whether an earlier try to post the card got through."""
        if row.trying_since is None:
            return None
        return self.chat.find(channel, row.id, row.trying_since - SKEW, row.thread)

    def _items(self, request: Request) -> tuple[Item, ...]:
        return self.items.items(request.items)

    def _people(self, request: Request, undoing: Request | None, rules: Ruleset) -> tuple[Person, ...]:
        named: Collection[str | None] = [
            *(vote.human for vote in request.votes),
            *(vote.instead_of for vote in request.votes),
            *(call.person for call in request.calls),
            *(who for one in request.questions for who in (one.by, one.to, *(answer.by for answer in one.answers))),
            request.requester,
            request.candidate,
            undoing.requester if undoing else None,
        ]
        everyone = self.directory.everyone(rules)
        slack = [who.removeprefix("slack:") for who in named if who is not None and who.startswith("slack:")]
        known = [one for one in everyone if {one.id, one.slack, one.jira} & {*slack, *named}]
        others = [
            self.directory.of_slack(who, rules) for who in slack if not any(who in (p.id, p.slack) for p in known)
        ]
        return (*known, *(one for one in others if one is not None))

    def _seen_by(self, view: CardView, row: CardRow, channel: str, rules: Ruleset) -> CardView:
        """Hide the card from a place where not everybody may browse its items any more."""
        items = {item.id for item in view.items}
        seen = self._sees(row, channel, items, rules)
        return view if items <= seen else msgspec.structs.replace(view, visible=False)

    def _sees(self, row: CardRow, channel: str, items: Collection[int], rules: Ruleset) -> frozenset[int]:
        """Give those of the items that everybody in a place may browse."""
        if row.user is None:
            return self.audience.channel_sees(channel, items, rules)
        person = self.directory.of_slack(row.user, rules)
        return self.audience.person_sees(person, items) if person else frozenset()
