"""Warns a team of promises that are likely to break, the most valuable first, and sees each warning to its end.

Part of the look at a team's work. It asks nothing of Jira and changes nothing there; what is written goes through
`Changes`, and what somebody wants done about a warning is decided by the issue's own look.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

import msgspec

from orchestrator.changes import Changes, Entry
from orchestrator.forecast.foretold import CERTAIN, Forecast
from orchestrator.gather import Gatherer
from orchestrator.memory import Batches
from orchestrator.sla.reading import due_cycles
from orchestrator.sla.reading import running as clocks_of
from orchestrator.watching import warning
from orchestrator.watching.alerts import Alert, Alerts, Came, warning_of
from orchestrator.watching.crew import channel_of
from orchestrator.watching.marking import Marking, stirred
from orchestrator.watching.notices import Notices, card_of
from orchestrator.watching.pleading import Pleading
from orchestrator.watching.rescuing import Move, Rescuing, escalated
from orchestrator.watching.risking import AtRisk
from orchestrator.watching.risks import Risks
from orchestrator.watching.tries import APART, is_try, told_of_tries
from rules.canonical import digest
from rules.model import Event, Item, Line, Subject
from rules.ruleset import Ruleset
from rules.slas import DUE
from rules.watching import RiskRule

__all__ = ["Guard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The ports that this needs."""

    gatherer: Gatherer
    batches: Batches
    notices: Notices
    alerts: Alerts
    rescuing: Rescuing

    def watch(
        self, subject: Subject, team: str, projects: Sequence[str], events: Sequence[Event], rules: Ruleset
    ) -> Changes:
        """Warn of what is likely to break in these projects, and bring the warnings up to date that run.

        Raises:
            GatewayError: who may browse what, or the channel, cannot be told now.
        """
        mine = [one for one in projects if one in rules.watch.risk.projects]
        open_ = [one for one in self.alerts.running([team]) if one.project in mine]
        if not mine:
            return self._pleading.heard(subject, events, (), rules)[1]
        now = self.gatherer.clock.now()
        pleaded, changes = self._pleading.heard(subject, events, open_, rules)
        risks = Risks(gatherer=self.gatherer).of(mine, rules, due=rules.watch.risk.due)
        told = self._today(mine, team, rules, now)
        seen = [self._seen(one, rules, now) for one in pleaded]
        waiting = [one for one in seen if one.told_at is None and one.ended_at is None]
        known = {one.item for one in open_}
        likely = [one for one in risks if _is_likely(one.forecast, rules.watch.risk) and one.item.id not in known]
        fresh = [self._marking.marked(_alert(one, team, now), one.item, one.forecast, rules, now) for one in likely]
        worth = {one.item.id: one.worth for one in risks}
        wanted = sorted((*waiting, *fresh), key=lambda one: (-worth.get(one.item, 0), one.at, one.item))
        room = max(0, rules.watch.risk.a_day - told)
        chosen = {one.item for one in wanted[:room]}
        alerts = [
            msgspec.structs.replace(one, told_at=now) if one.told_at is None and one.item in chosen else one
            for one in (*seen, *fresh)
        ]
        changed = tuple(one for one in alerts if one not in open_)
        return (
            changes
            + stirred(alerts, open_, now)
            + self._pleading.ended(alerts)
            + self._shown(alerts, {one.item.id: one for one in risks}, rules, now)
            + Changes(
                alerts=changed, entries=tuple(entry for one in changed for entry in _entries(subject, one, open_, now))
            )
        )

    @property
    def _pleading(self) -> Pleading:
        return Pleading(gatherer=self.gatherer, notices=self.notices)

    @property
    def _marking(self) -> Marking:
        return Marking(gatherer=self.gatherer, batches=self.batches)

    def _today(self, projects: Sequence[str], team: str, rules: Ruleset, now: datetime) -> int:
        """Count the warnings that a team had today, in the zone of the rules."""
        zone = ZoneInfo(rules.limits.time_zone)
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        return sum(one.team == team for one in self.alerts.told_since(projects, midnight))

    def _seen(self, alert: Alert, rules: Ruleset, now: datetime) -> Alert:
        """Give a warning as it stands now."""
        item = self.gatherer.items.item(alert.item)
        if item is None or item.deleted:
            return msgspec.structs.replace(alert, ended_at=now, came="left")
        told = self.gatherer.foretelling.forecasts([item], rules, now).get(item.id, ())
        forecast = next((one for one in told if one.sla == alert.sla), None)
        questions = self.batches.questions([item.id])
        given = [one.id for one in questions if is_try(one, alert, questions, rules)]
        words = self.batches.partings([item.id])
        apart = [f"{APART}{one.id}" for one in words if one.at >= alert.at and item.id in one.ones]
        tried = (*given, *apart, *(f"{one.what}:{one.person}" for one in alert.pleas if one.yes))
        if forecast is not None and forecast.chance < CERTAIN:
            latest = msgspec.structs.replace(alert, latest=forecast.chance, tried=tried)
            return self._marking.marked(latest, item, forecast, rules, now)
        came = "broken" if forecast is not None else self._came(item, alert.sla, rules, now)
        at = forecast.breaches_at if forecast is not None and forecast.breaches_at is not None else now
        return msgspec.structs.replace(alert, ended_at=min(at, now), came=came, tried=tried)

    def _came(self, item: Item, sla: str, rules: Ruleset, now: datetime) -> Came:
        """Tell how a clock ended that runs no more."""
        native = next((one for one in item.slas if one.name == sla), None)
        if native is not None:
            return "broken" if native.breached else "met"
        if sla == DUE:
            cycles = () if item.is_open else due_cycles(item, self.gatherer.items, rules, now)
            return ("broken" if cycles[-1].breached else "met") if cycles else "left"
        clocks = {one.sla: one.last for one in clocks_of(item, self.gatherer.items, rules, now)}
        last = clocks.get(sla)
        return "left" if last is None else "broken" if last.breached else "met"

    def _shown(self, alerts: Iterable[Alert], risks: Mapping[int, AtRisk], rules: Ruleset, now: datetime) -> Changes:
        changes = Changes()
        for alert in alerts:
            item = self.gatherer.items.item(alert.item)
            if alert.told_at is None or item is None:
                continue
            changes += self._message(alert, item, risks, rules, now)
        return changes

    def _message(self, alert: Alert, item: Item, risks: Mapping[int, AtRisk], rules: Ruleset, now: datetime) -> Changes:
        level = 10 * rules.watch.risk.from_percent
        standing = self.notices.notice(warning_of(item.id))
        tries = told_of_tries(alert, self.batches.questions([item.id])) if alert.tried else ()
        if alert.ended_at is not None:
            notice = warning.ended(alert, item, standing, tries)
        else:
            one = risks.get(item.id)
            if one is None or one.forecast.sla != alert.sla:
                return Changes()
            behind = Risks(gatherer=self.gatherer).behind([item], rules)
            notice = warning.running(alert, one, tries, self._moves(one, alert, rules), behind, level, now)
        if standing == notice:
            return Changes()
        channel = self.gatherer.chat.channel(channel_of(item.project, rules))
        cards = (card_of(notice, channel),) if channel is not None else ()
        return Changes(notices=(notice,), cards=cards)

    def _moves(self, one: AtRisk, alert: Alert, rules: Ruleset) -> tuple[Move, ...]:
        batch = next(iter(self.batches.of_items([one.item.id])), None)
        moves = self.rescuing.moves(one.item, one.forecast, batch, rules)
        return (*moves, *escalated(one.item, one.forecast, alert, self.gatherer.directory, rules))


def _is_likely(forecast: Forecast, rule: RiskRule) -> bool:
    above = forecast.chance - forecast.usual >= 10 * rule.above_usual_percent
    return above or forecast.chance >= 10 * rule.from_percent


def _alert(one: AtRisk, team: str, now: datetime) -> Alert:
    return Alert(
        id=digest([one.item.id, one.forecast.sla, now.isoformat()])[:20],
        item=one.item.id,
        project=one.item.project,
        team=team,
        sla=one.forecast.sla,
        at=now,
        chance=one.forecast.chance,
        usual=one.forecast.usual,
        latest=one.forecast.chance,
        foretold_by=one.forecast.version,
    )


def _entries(subject: Subject, one: Alert, before: Sequence[Alert], now: datetime) -> Iterable[Entry]:
    """Record what became of a warning: it was told, held back, or it ended."""
    known = next((old for old in before if old.id == one.id), None)
    words = []
    if one.told_at is not None and (known is None or known.told_at is None):
        words.append(("alert.told", "a team was warned that a promise breaks"))
    elif known is None:
        words.append(("alert.held_back", "a warning was held back"))
    if one.ended_at is not None:
        words.append(("alert.ended", f"what was warned of ended: {one.came}"))
    data = {"alert": one.id, "sla": one.sla, "chance": one.chance, "usual": one.usual, "latest": one.latest}
    data |= {"came": one.came, "tried": list(one.tried), "foretold_by": one.foretold_by}
    for kind, text in words:
        yield Entry(
            kind=kind,
            subject=subject,
            at=now,
            text=Line(text=text),
            about=(one.item,),
            data=data,
            once=f"{kind}:{one.id}",
        )
