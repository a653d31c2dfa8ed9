"""Which moves could save a promise, and what each would change by the forecast: found, ranked, told. Reads only.

An effect is never made up: it is what is foretold of the issue as it would be. Where that is no different, or nothing
foretells it, the effect is unknown. Nothing is done here; a move is a question to people like any other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from orchestrator.watching.pleading import of_whom
from orchestrator.watching.swapping import Swap, Swapping
from rules.canonical import Value
from rules.model import Item, ItemRef, Line, Person, PersonRef, Tainted
from rules.ruleset import Ruleset

__all__ = ["Move", "Rescuing", "told"]

#: So many people are named, the likeliest to save it first.
_MOST_PEOPLE, _MOST_SWAPS = 3, 2
#: Less than this, in per mille, is no difference that counts of such promises could tell.
_NOTHING = 10
_SPLIT = Line(text="It is another problem then: what was done to it with its batch is taken back.")
_PLEAS: Final[tuple[tuple[What, str, str], ...]] = (
    ("later", "{0}, who reported it, agrees to a later time", "Ask {} for more time"),
    ("decide", "{0} decides that other work may wait", "Ask {} what may wait"),
)


class Move(Value, frozen=True, kw_only=True):
    """Something that could be done. `after`: the chance to break then, in per mille; None where that is unknown.

    `words` follow "62 % -> 21 % if", with their own parts. `whom`: the person who would have the issue. `swap`: the
    issue of theirs that `back`, who has this one, would have then, and `cost` what is likelier to break of it by that.
    `plea`: what somebody is asked for, who is `asked` where the plea alone does not say. `split`:
    the batch that it is taken out of.
    """

    words: Line
    before: int
    after: int | None = None
    whom: str | None = None
    label: str = ""
    swap: int | None = None
    cost: int = 0
    back: str | None = None
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
        return self.giving(alert.item)

    def giving(self, item: int) -> Button | None:
        """Give the button by which another has the issue, where that is the move."""
        if self.whom is None:
            return None
        value = {"subject": f"item:{item}", "whom": self.whom}
        if self.swap is not None and self.back is not None:
            value |= {"swap": str(self.swap), "back": self.back}
        return Button(action="item.take", label=self.label, value=value)


def told(moves: Sequence[Move]) -> tuple[Line, ...]:
    """Tell moves with their effects, those that nothing foretells and that give the issue to nobody in one line."""
    single = [one for one in moves if one.after is not None or one.whom is not None]
    others = [one for one in moves if one not in single]
    lines = [_line(one, one.words) for one in single]
    if others:
        joined = others[0].words
        for place, one in enumerate(others[1:], start=2):
            between = ", or " if place == len(others) else ", "
            joined = led_by(f"{joined.text}{between}", joined.parts, one.words)
        lines.append(_line(others[0], joined))
    return tuple(lines)


def _line(one: Move, words: Line) -> Line:
    after = percent(one.after) if one.after is not None else "unknown"
    return Line(text=f"• *{percent(one.before)} -> {after}* if {words.text}.", parts=words.parts)


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
        helping = sorted((one for one in found if one.after is not None), key=lambda one: one.after or 0)
        unknown = [one for one in found if one.after is None and one.whom is not None]
        able = next((one.whom for one, _ in wanted if one.whom is not None and one.swap is None), None)
        helper = next((one for one in self.suiting.directory.everyone(rules) if one.id == able), None)
        asked = (
            *_together(item, forecast, batch, helper),
            *_pleaded(item, forecast, self.suiting.directory, rules),
        )
        kept = [one for one in helping if (one.after or 0) + one.cost < one.before]
        return (*kept, *(one for one in unknown if one.cost <= 0), *asked)

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
            yield Move(words=words, before=forecast.chance), msgspec.structs.replace(item, priority=priority)


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


def _pleaded(item: Item, forecast: Forecast, directory: Directory, rules: Ruleset) -> Iterator[Move]:
    """Give what nothing foretells: others are asked for it."""
    for what, words, label in _PLEAS:
        whom = of_whom(what, item, directory, rules)
        if whom is not None:
            said = Line(text=words, parts=(PersonRef(name=whom.name),))
            yield Move(words=said, before=forecast.chance, label=label.format(whom.name), plea=what)
