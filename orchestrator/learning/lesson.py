"""What is to be done with the models now that so much was said: wait, keep, use a new version, go back. Pure.

A new version is used only where, on later answers than those that taught it, neither its log loss nor its calibration
error is worse than the defaults'. One that surprises more than the defaults on the answers since is not used any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrator.learning.labels import Label, started_from
from orchestrator.learning.tables import fitted_table, fitted_weights
from orchestrator.learning.trial import answers_in, surprise, tried_table, tried_weights
from orchestrator.learning.versions import Card, Made, made
from orchestrator.related import SHIPPED, Model

#: So many answers to questions asked with a version tell whether it got worse.
NEWEST = 20


class Act(StrEnum):
    """What is to be done."""

    WAIT = "wait"
    KEEP = "keep"
    USE = "use"
    GO_BACK = "go back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The versions that were made from some defaults, oldest first, and the one in use; None for the defaults."""

    defaults: Model = SHIPPED
    made: tuple[Made, ...] = ()
    active: Made | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What is to be done and why, in words; `made`: the version that is to be kept and used."""

    act: Act
    why: str
    made: Made | None = None


def lesson(labels: Sequence[Label], standing: Standing, from_answers: int, now: datetime) -> Lesson:
    """Learn from labels, in the order of time, as soon as they come from `from_answers` answers."""
    labels = started_from(labels, standing.defaults)
    answers = answers_in(labels)
    if answers < from_answers:
        return Lesson(act=Act.WAIT, why=f"{answers} answers so far, {from_answers} are needed")
    if standing.active is not None and (worse := _got_worse(labels, standing.active, standing.defaults)):
        return Lesson(act=Act.GO_BACK, why=worse)
    found = _learned(labels, standing, now)
    if not found.card.learned:
        return _nothing_better(found, standing)
    if any(found.weights == one.weights and found.table == one.table for one in standing.made[-1:]):
        return Lesson(act=Act.KEEP, why="the answers since say nothing new")
    parts = " and ".join(found.card.learned)
    return Lesson(act=Act.USE, why=f"{parts} learned from {answers} answers, no worse on later ones", made=found)


def _got_worse(labels: Sequence[Label], active: Made, shipped: Model) -> str | None:
    newest = [one for one in labels if one.model == active.version and not one.by_hand]
    if answers_in(newest) < NEWEST:
        return None
    ours, defaults = surprise(newest, active.model.table), surprise(newest, shipped.table)
    if ours <= defaults:
        return None
    told = f"log loss {ours:.3f} instead of {defaults:.3f}"
    return f"on the {answers_in(newest)} answers since it came it is worse than the defaults: {told}"


def _learned(labels: Sequence[Label], standing: Standing, now: datetime) -> Made:
    """Give the version that comes of the labels; a part that did worse in its trial stays as shipped."""
    defaults = standing.defaults
    confidence, ranking = tried_table(labels, defaults), tried_weights(labels, defaults)
    sure = confidence is not None and confidence.is_no_worse
    ordered = ranking is not None and ranking.is_no_worse
    card = Card(
        made_at=now,
        since=min(one.at for one in labels),
        until=max(one.at for one in labels),
        answers=answers_in(labels),
        confirmed=sum(one.right for one in labels),
        rejected=sum(not one.right for one in labels),
        learned=("confidence",) * sure + ("ranking",) * ordered,
        confidence=confidence,
        ranking=ranking,
    )
    weights = fitted_weights(labels, defaults.weights) if ordered else defaults.weights
    table = fitted_table(labels, defaults.table) if sure else defaults.table
    return made(len(standing.made) + 1, defaults, weights, table, card)


def _nothing_better(found: Made, standing: Standing) -> Lesson:
    trials = [one for one in (found.card.confidence, found.card.ranking) if one is not None]
    if standing.active is not None and all(one.is_worse for one in trials):
        return Lesson(act=Act.GO_BACK, why="what the answers teach tells later ones worse than the defaults do")
    return Lesson(act=Act.KEEP, why="what the answers teach tells later ones no better than the defaults do")
