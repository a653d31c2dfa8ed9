"""Which moves could save a promise, and what each would change by the forecast: found, ranked, told. Reads only.

An effect is never made up: it is what is foretold of the issue as it would be. Where that is no different, or nothing
foretells it, the effect is unknown. Nothing is done here; a move is a question to people like any other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from orchestrator.assigning.waiting import waits
from orchestrator.batching.regroup import Batch
from orchestrator.forecast.foretold import Forecast
from orchestrator.forecast.telling import percent
from orchestrator.messages import Button, led_by
from orchestrator.people.suiting import Suiting, task_of
from rules.canonical import Value
from rules.model import Item, Line, Person, PersonRef, Tainted
from rules.ruleset import Ruleset

__all__ = ["Move", "Rescuing", "told"]

#: So many people are named, the likeliest to save it first.
_MOST_PEOPLE = 3
#: Less than this, in per mille, is no difference that counts of such promises could tell.
_NOTHING = 10


class Move(Value, frozen=True, kw_only=True):
    """Something that could be done. `after`: the chance to break then, in per mille; None where that is unknown.

    `words` follow "62 % -> 21 % if", with their own parts. `whom`: the person who would have the issue.
    """

    words: Line
    before: int
    after: int | None = None
    whom: str | None = None
    label: str = ""

    def button(self, item: int) -> Button | None:
        """Give the button that puts it to people, where there is one."""
        if self.whom is None:
            return None
        value = {"subject": f"item:{item}", "whom": self.whom}
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
        people = self._able(item, rules)
        others = [one for one in rules.watch.risk.priorities if one != item.priority]
        changed = [msgspec.structs.replace(item, assignee=one.jira) for one in people]
        changed += [msgspec.structs.replace(item, priority=one) for one in others]
        after = self._after(item, changed, forecast, rules)
        found = [_given(one, forecast, chance) for one, chance in zip(people, after, strict=False)]
        again = zip(others, after[len(people) :], strict=True)
        found += [_reprioritised(one, forecast, chance) for one, chance in again if chance is not None]
        helping = sorted((one for one in found if one.after is not None), key=lambda one: one.after or 0)
        unknown = [one for one in found if one.after is None]
        asked = _asked(item, forecast, batch, self._person(item.reporter, rules), rules)
        return (*(one for one in helping if (one.after or 0) < one.before), *unknown, *asked)

    def _able(self, item: Item, rules: Ruleset) -> list[Person]:
        """Give those who are able, there, and have time for it, the best first."""
        if not any(waits(item, name, rules, self.suiting.clock.now()) for name in rules.workflows):
            return []
        lore = self.suiting.lore((item.project,), (item,), rules, None)
        team = self.suiting.team((item,), lore, rules, apart=(item.id,))
        task = task_of(item, lore, team, rules, self.suiting.clock.now())
        found = self.suiting.weighed({item.id: item}, (task,), team, lore, rules)
        people = [found.people[one.person] for one in found.plan.matches[0].choices if one.person in rules.people]
        return [one for one in people if one.jira is not None and one.jira != item.assignee][:_MOST_PEOPLE]

    def _after(self, item: Item, changed: Sequence[Item], forecast: Forecast, rules: Ruleset) -> list[int | None]:
        """Give what is foretold of the same promise then; None where it is no different."""
        told = self.suiting.foretelling.what_if({item.id: changed}, [item], rules, self.suiting.clock.now())
        chances = [next((one.chance for one in some if one.sla == forecast.sla), None) for some in told[item.id]]
        return [one if one is not None and abs(one - forecast.chance) >= _NOTHING else None for one in chances]

    def _person(self, account: str | None, rules: Ruleset) -> Person | None:
        return self.suiting.directory.of_jira(account, rules) if account is not None else None


def _given(person: Person, forecast: Forecast, after: int | None) -> Move:
    return Move(
        words=Line(text="{0} takes it", parts=(PersonRef(name=person.name),)),
        before=forecast.chance,
        after=after,
        whom=person.id,
        label=f"Give it to {person.name}",
    )


def _reprioritised(priority: str, forecast: Forecast, after: int) -> Move:
    words = Line(text="its priority becomes {0}", parts=(Tainted(text=priority),))
    return Move(words=words, before=forecast.chance, after=after)


def _asked(
    item: Item, forecast: Forecast, batch: Batch | None, reporter: Person | None, rules: Ruleset
) -> Iterable[Move]:
    """Give what nothing foretells: others are asked for it."""
    if batch is not None and len(batch.members) > 1:
        many = f"it is handled apart from the {len(batch.members) - 1} issues of its batch"
        yield Move(words=Line(text=many), before=forecast.chance)
    if item.assignee is not None:
        yield Move(words=Line(text="more people help with it"), before=forecast.chance)
    if reporter is not None:
        named = (PersonRef(name=reporter.name),)
        yield Move(words=Line(text="{0}, who reported it, agrees to a later time", parts=named), before=forecast.chance)
    chain = [rules.people[one].name for one in rules.watch.risk.chain if one in rules.people]
    if chain:
        named = (PersonRef(name=chain[0]),)
        yield Move(words=Line(text="{0} decides what else may wait", parts=named), before=forecast.chance)
