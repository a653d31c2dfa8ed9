"""Which moves could save a promise, and what each would change by the forecast: found, ranked, told. Reads only.

An effect is never made up: it is what is foretold of the issue as it would be. Where that is no different, or nothing
foretells it, the effect is unknown. Nothing is done here; a move is a question to people like any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from orchestrator.assigning.waiting import waits
from orchestrator.batching.regroup import Batch
from orchestrator.forecast.foretold import Forecast
from orchestrator.forecast.telling import percent
from orchestrator.memory import Directory
from orchestrator.messages import Button, led_by
from orchestrator.people.suiting import Suiting, task_of
from orchestrator.watching.alerts import Alert, What
from orchestrator.watching.crew import WATCHED
from orchestrator.watching.pleas import day_asked, in_words, of_whom
from orchestrator.watching.swapping import Swap, Swapping
from rules.canonical import Value
from rules.model import Item, ItemRef, Line, Person, PersonRef, Tainted
from rules.ruleset import Ruleset
from rules.slas import DUE

__all__ = ["Move", "Rescuing", "escalated", "is_unknown", "told"]

#: So many people are named, the likeliest to save it first.
_MOST_PEOPLE, _MOST_SWAPS = 3, 2
#: Less than this, in per mille, is no difference that counts of such promises could tell.
_NOTHING = 10
_UNKNOWN = " -> unknown*"
_SPLIT = Line(text="It is another problem then: what was done to it with its batch is taken back.")
_PLEAS: Final[tuple[tuple[What, str, str], ...]] = (
    ("later", "{0}, who reported it, agrees to a later time", "Ask {} for more time"),
    ("decide", "{0} decides that other work may wait", "Ask {} what may wait"),
)


class Move(Value, frozen=True, kw_only=True):
    """Something that could be done. `after`: the chance to break then, in per mille; None where that is unknown.

    `words` follow "62 % -> 21 % if", with their own parts; without any it is a button alone. `whom`: the person who
    would have the issue. `swap`: the issue of theirs that `back`, who has this one, would have then, and `cost` what is
    likelier to break of it by that. `priority`: the one that it would have. `plea`: what somebody is asked for, who is
    `asked` where the plea alone does not say. `split`: the batch that it is taken out of.
    """

    words: Line
    before: int
    after: int | None = None
    whom: str | None = None
    label: str = ""
    swap: int | None = None
    cost: int = 0
    back: str | None = None
    priority: str | None = None
    plea: What | None = None
    asked: str | None = None
    split: str | None = None

    def button(self, alert: Alert) -> Button | None:
        """Give the button that puts it to people, where there is one."""
        if self.plea is not None:
            asked = {"subject": f"queue:{WATCHED}{alert.team}", "alert": alert.id, "what": self.plea}
            asked |= {"whom": self.asked} if self.asked is not None else {}
            return Button(action="rescue.ask", label=self.label, value=asked)
        if self.split is not None:
            apart = {"subject": f"batch:{self.split}", "item": str(alert.item)}
            return Button(action="item.split", label=self.label, value=apart, confirm=_SPLIT)
        if self.priority is not None:
            raised = {"subject": f"item:{alert.item}", "priority": self.priority} | self._effect
            return Button(action="rescue.want", label=self.label, value=raised)
        return self.giving(alert.item)

    @property
    def _effect(self) -> dict[str, str]:
        return {"after": str(self.after)} if self.after is not None else {}

    def giving(self, item: int) -> Button | None:
        """Give the button by which another has the issue, where that is the move."""
        if self.whom is None:
            return None
        value = {"subject": f"item:{item}", "whom": self.whom}
        if self.swap is None or self.back is None:
            return Button(action="item.take", label=self.label, value=value)
        value |= {"swap": str(self.swap), "back": self.back} | self._effect
        return Button(action="rescue.want", label=self.label, value=value)


def told(moves: Sequence[Move]) -> tuple[Line, ...]:
    """Tell moves with their effects, those that nothing foretells and that give the issue to nobody in one line."""
    single = [one for one in moves if one.after is not None or one.whom is not None]
    others = [one for one in moves if one not in single and one.words.text]
    lines = [_line(one, one.words) for one in single]
    if others:
        joined = others[0].words
        for place, one in enumerate(others[1:], start=2):
            between = ", or " if place == len(others) else ", "
            joined = led_by(f"{joined.text}{between}", joined.parts, one.words)
        lines.append(_line(others[0], joined))
    return tuple(lines)


def is_unknown(line: Line) -> bool:
    """Tell whether a line tells of moves that nothing foretells."""
    return _UNKNOWN in line.text


def escalated(item: Item, forecast: Forecast, alert: Alert, directory: Directory, rules: Ruleset) -> Iterator[Move]:
    """Give the move by which the next of the rules' chain is told that they must decide; none once all were."""
    whom = of_whom("escalate", item, directory, rules, pleas=alert.pleas)
    if whom is not None:
        label = f"Escalate to {whom.name}"
        yield Move(words=Line(text=""), before=forecast.chance, label=label, plea="escalate", asked=whom.id)


def _line(one: Move, words: Line) -> Line:
    after = f" -> {percent(one.after)}*" if one.after is not None else _UNKNOWN
    return Line(text=f"• *{percent(one.before)}{after} if {words.text}.", parts=words.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescuing:
    """The ports that this needs."""

    suiting: Suiting

    def moves(self, item: Item, forecast: Forecast, batch: Batch | None, rules: Ruleset) -> tuple[Move, ...]:
        """Give what could save a promise, what helps most first, what has an unknown effect last.

        Raises:
            GatewayError: who may browse what cannot be told now.
        """
        wanted = [*self._people(item, forecast, rules), *_reprioritised(item, forecast, rules)]
        after = self._after(item, [changed for _, changed in wanted], forecast, rules)
        found = [msgspec.structs.replace(one, after=then) for (one, _), then in zip(wanted, after, strict=True)]
        helping = [one for one in _distinct(found) if one.after is not None]
        unknown = [one for one in found if one.after is None and one.whom is not None and one.swap is None]
        able = next((one.whom for one, _ in wanted if one.whom is not None and one.swap is None), None)
        helper = next((one for one in self.suiting.directory.everyone(rules) if one.id == able), None)
        pleas = list(_pleaded(item, forecast, self.suiting.directory, self._later(item, forecast, rules), rules))
        helping = sorted([*helping, *(one for one in pleas if one.after is not None)], key=lambda one: one.after or 0)
        asked = (*_together(item, forecast, batch, helper), *(one for one in pleas if one.after is None))
        kept = [one for one in helping if (one.after or 0) + one.cost < one.before]
        return (*kept, *unknown, *asked)

    def _people(self, item: Item, forecast: Forecast, rules: Ruleset) -> list[tuple[Move, Item]]:
        """Give moves by which another has it who is able and there: who has time for it first, then who would swap."""
        if not any(waits(item, name, rules, self.suiting.clock.now()) for name in rules.workflows):
            return []
        lore = self.suiting.lore((item.project,), (item,), rules, None)
        team = self.suiting.team((item,), lore, rules, apart=(item.id,))
        task = task_of(item, lore, team, rules, self.suiting.clock.now())
        found = self.suiting.weighed({item.id: item}, (task,), team, lore, rules)
        people = [found.people[one.person] for one in found.plan.matches[0].choices if one.person in rules.people]
        able = [one for one in people if one.jira is not None and one.jira != item.assignee][:_MOST_PEOPLE]
        moves = [(_given(one, forecast), msgspec.structs.replace(item, assignee=one.jira)) for one in able]
        swaps = list(Swapping(suiting=self.suiting).swaps(item, found, team, lore, rules))[:_MOST_SWAPS]
        return [
            *moves,
            *((_swapped(one, forecast), msgspec.structs.replace(item, assignee=one.taker.jira)) for one in swaps),
        ]

    def _later(self, item: Item, forecast: Forecast, rules: Ruleset) -> tuple[date, int] | None:
        """Give the day to which a due date would be put off, and what is foretold then, where that helps."""
        rule = rules.watch.risk.later
        if forecast.due is None or forecast.breaches_at is None or rule.field.casefold() != DUE.casefold():
            return None
        day = day_asked(item.project, forecast.breaches_at, rules, self.suiting.clock.now())
        (after,) = self._after(item, [msgspec.structs.replace(item, due=day)], forecast, rules)
        return (day, after) if day is not None and after is not None and after < forecast.chance else None

    def _after(self, item: Item, changed: Sequence[Item], forecast: Forecast, rules: Ruleset) -> list[int | None]:
        """Give what is foretold of the same promise then; None where it is no different."""
        told = self.suiting.foretelling.what_if({item.id: changed}, [item], rules, self.suiting.clock.now())
        chances = [next((one.chance for one in some if one.sla == forecast.sla), None) for some in told[item.id]]
        return [one if one is not None and abs(one - forecast.chance) >= _NOTHING else None for one in chances]


def _given(person: Person, forecast: Forecast) -> Move:
    return Move(
        words=Line(text="{0} takes it", parts=(PersonRef(name=person.name),)),
        before=forecast.chance,
        whom=person.id,
        label=f"Give it to {person.name}",
    )


def _swapped(swap: Swap, forecast: Forecast) -> Move:
    named = PersonRef(name=swap.taker.name), PersonRef(name=swap.holder.name)
    lesser = ItemRef(id=swap.lesser.id, key=swap.lesser.key)
    promised = f"{percent(swap.now)} -> {percent(swap.then)}" if swap.now or swap.then else "promised for no time"
    return Move(
        words=Line(text=f"{{0}} takes it and {{1}} takes {{2}} of theirs ({promised})", parts=(*named, lesser)),
        before=forecast.chance,
        whom=swap.taker.id,
        label=f"Swap with {swap.lesser.key}",
        swap=swap.lesser.id,
        cost=swap.then - swap.now,
        back=swap.holder.id,
    )


def _reprioritised(item: Item, forecast: Forecast, rules: Ruleset) -> Iterator[tuple[Move, Item]]:
    for priority in rules.watch.risk.priorities:
        if priority != item.priority:
            words = Line(text="its priority becomes {0}", parts=(Tainted(text=priority),))
            move = Move(words=words, before=forecast.chance, label=f"Make it {priority}", priority=priority)
            yield move, msgspec.structs.replace(item, priority=priority)


def _distinct(moves: Iterable[Move]) -> Iterator[Move]:
    """Leave out a priority that changes no more than one that the rules name before it."""
    effects = set()
    for one in moves:
        if one.priority is None or one.after not in effects:
            yield one
        effects |= {one.after} if one.priority is not None else set()


def _together(item: Item, forecast: Forecast, batch: Batch | None, helper: Person | None) -> Iterator[Move]:
    """Give what others do with it or without it; `helper`: the likeliest to save it of those who could take it."""
    if batch is not None and len(batch.members) > 1:
        many = f"it is handled apart from the {len(batch.members) - 1} issues of its batch"
        in_front = batch.head if batch.head is not None else min(batch.members)
        split = batch.id if item.id != in_front else None
        yield Move(words=Line(text=many), before=forecast.chance, label="Handle it apart", split=split)
    if item.assignee is None:
        return
    if helper is None:
        yield Move(words=Line(text="more people help with it"), before=forecast.chance)
    else:
        words = Line(text="{0} helps with it", parts=(PersonRef(name=helper.name),))
        label = f"Ask {helper.name} to help"
        yield Move(words=words, before=forecast.chance, label=label, plea="help", asked=helper.id)


def _pleaded(
    item: Item, forecast: Forecast, directory: Directory, later: tuple[date, int] | None, rules: Ruleset
) -> Iterator[Move]:
    """Give what others are asked for, which nothing foretells but what comes of a `later` day."""
    for what, words, label in _PLEAS:
        whom = of_whom(what, item, directory, rules)
        if whom is not None:
            day, after = later if later is not None and what == "later" else (None, None)
            text = f"{{0}}, who reported it, agrees to {in_words(day)}" if day is not None else words
            said = Line(text=text, parts=(PersonRef(name=whom.name),))
            yield Move(words=said, before=forecast.chance, after=after, label=label.format(whom.name), plea=what)
