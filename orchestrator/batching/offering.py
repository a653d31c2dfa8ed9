"""Makes the form in which somebody changes a batch, of what they may browse. Reads only, and hears no submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.batching.changing import NO_BATCH
from orchestrator.batching.creating import is_offered
from orchestrator.batching.gathering import BatchGatherer
from orchestrator.batching.places import places_for
from orchestrator.batching.regroup import Batch
from orchestrator.batching.sorting import batching
from orchestrator.batching.stakes import why_in_front
from orchestrator.facts import Facts, Known
from orchestrator.messages import Choice, Form, Input, Message
from orchestrator.reporting.forms import LONGEST_SUMMARY
from rules.actions import Project
from rules.guardrails import percent
from rules.model import Item, ItemRef, Line, Person, Subject, Tainted
from rules.ruleset import Ruleset

#: A select of Slack's holds so many options.
_IN_SELECT = 100
#: So many other batches are offered, those that grew last.
_MOST_OTHERS = 20
#: What the form is about, and where what comes of it is answered: a modal itself has no place for that.
_CARRIED = ("channel", "response_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """The ports that the form needs."""

    gathering: BatchGatherer

    def form(self, given: dict[str, Any], person: Person, rules: Ruleset) -> Form | Message:
        """Give the form for somebody, or say why there is none."""
        facts = self.gathering.stored(Subject(kind="batch", id=given["batch"]), (), rules)
        if facts is None or facts.batch is None or not facts.batch.members:
            return Message(title=NO_BATCH)
        seen = self.gathering.gatherer.audience.person_sees(person, facts.batch.members)
        shown = [one for one in facts.known if one.item.id in seen & set(facts.batch.members) and not one.item.deleted]
        if not shown:
            return Message(title=Line(text="There is none of these reports that you may browse in Jira."))
        carried = {name: given[name] for name in _CARRIED if given.get(name) is not None}
        carried["batch"] = facts.batch.id
        if facts.item is not None and facts.item.id in seen:
            carried["head"] = str(facts.item.id)
        places = self._places(facts, shown, person, rules)
        inputs = (*_taken_out(shown), *_in_front(shown, facts, seen, places), *self._merged(facts.batch, person))
        return Form(
            name="batch.changed",
            title=Line(text="Change what belongs together"),
            submit="Change",
            inputs=inputs,
            lines=(_said(shown, facts.batch),),
            carried=carried,
        )

    def _places(self, facts: Facts, shown: Sequence[Known], person: Person, rules: Ruleset) -> tuple[Project, ...]:
        """Give where a new issue may be created to stand in front, for those who may browse all that it is made of."""
        wanted, members = batching(rules), set(facts.batch.members) if facts.batch else set()
        stands = facts.item is not None and facts.item.id in facts.made()
        if wanted is None or stands or members - {one.item.id for one in shown} or not is_offered(rules, wanted[1]):
            return ()
        return places_for(person, [one.item for one in shown], self.gathering.gatherer.tracker, rules)

    def _merged(self, batch: Batch, person: Person) -> tuple[Input, ...]:
        """Offer the other batches all of which they may browse, and of which something is open."""
        others = [one for one in self.gathering.batches.latest(_MOST_OTHERS + 1) if one.id != batch.id]
        gatherer = self.gathering.gatherer
        seen = gatherer.audience.person_sees(person, {id_ for one in others for id_ in one.members})
        choices = []
        for other in others:
            items = [one for one in gatherer.items.items(other.members) if not one.deleted]
            if set(other.members) <= seen and any(one.is_open for one in items):
                first = min(items, key=lambda one: (one.created, one.id))
                words = f"{len(other.members)} reports, the first {{0}} {{1}}"
                label = Line(text=words, parts=(ItemRef(id=first.id, key=first.key), first.summary))
                choices.append(Choice(value=other.id, label=label))
        if not choices:
            return ()
        hint = "Both become one batch, and are asked about together."
        return (
            Input(name="merge", label="Same problem as", kind="one", hint=hint, choices=tuple(choices), optional=True),
        )


def _said(shown: Sequence[Known], batch: Batch) -> Line:
    hidden = len(batch.members) - len(shown)
    unseen = f" {hidden} more you may not browse; they stay as they are." if hidden else ""
    return Line(
        text=f"{len(shown)} reports look like one problem.{unseen} What is left is asked about anew; what was done to "
        "those that you take out is taken back."
    )


def _taken_out(shown: Sequence[Known]) -> tuple[Input, ...]:
    """Offer all of them, the least like the others first; and what becomes of those that are chosen."""
    odd = sorted(shown, key=lambda one: (one.confidence, one.item.id))
    choices = [
        Choice(
            value=str(one.item.id),
            label=Line(
                text=f"{{0}} ({percent(one.confidence)} alike) {{1}}",
                parts=(ItemRef(id=one.item.id, key=one.item.key), one.item.summary),
            ),
        )
        for one in odd
    ]
    parts = [tuple(choices[start : start + _IN_SELECT]) for start in range(0, len(choices), _IN_SELECT)]
    inputs = [
        Input(
            name=f"out:{place}",
            label="Not the same problem" if place == 1 else f"Not the same problem ({place})",
            kind="many",
            hint="Those that are least like the others come first." if place == 1 else "",
            choices=some,
            optional=True,
        )
        for place, some in enumerate(parts, 1)
    ]
    ways = (
        Choice(value="alone", label=Line(text="each a problem of its own")),
        Choice(value="together", label=Line(text="another problem together")),
    )
    return (*inputs, Input(name="apart", label="Those are", kind="radio", choices=ways, given="alone"))


def _in_front(
    shown: Sequence[Known], facts: Facts, seen: frozenset[int], places: Sequence[Project]
) -> tuple[Input, ...]:
    """Offer the open ones, the oldest first, with the one that stands in front now and why; and new ones."""
    head = facts.item
    fit = sorted((one.item for one in shown if one.item.is_open), key=lambda one: (one.created, one.id))
    if head is not None and head.id in seen:
        fit = [head, *(one for one in fit if one.id != head.id)]
    choices = [
        Choice(value=str(one.id), label=Line(text="{0} {1}", parts=(ItemRef(id=one.id, key=one.key), one.summary)))
        for one in fit[: _IN_SELECT - len(places)]
    ]
    choices += [
        Choice(value=f"new:{one.key}", label=Line(text="a new issue in {0}", parts=(Tainted(text=one.key),)))
        for one in places
    ]
    items = [one.item for one in shown]
    chosen = facts.batch is not None and head is not None and facts.batch.head == head.id
    why = f"Now {head.key}: {why_in_front(head, items, chosen=chosen)}." if head is not None and head.id in seen else ""
    most = _IN_SELECT - len(places)
    more = f" The {most} oldest are offered." if len(fit) > most else ""
    head_of = Input(
        name="head",
        label="Stands in front",
        kind="one",
        hint=f"{why}{more}".strip(),
        choices=tuple(choices),
        given=str(head.id) if head is not None and head.id in seen else "",
        optional=True,
    )
    return (head_of, *([_summary(head)] if places else []))


def _summary(head: Item | None) -> Input:
    blank = f" Left blank, it is that of {head.key}." if head is not None else ""
    hint = f"Only for a new issue, which is created in your name, with the words that hold the reports together.{blank}"
    return Input(
        name="summary", label="Summary of the new issue", kind="text", hint=hint, longest=LONGEST_SUMMARY, optional=True
    )
