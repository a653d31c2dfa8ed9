"""A project whose promises went as it is said, for tests of forecasts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from orchestrator.forecast.foretelling import Foretelling, ReadHistories
from orchestrator.people.past import Gone
from rules.model import FieldChange, Item
from rules.ruleset import Ruleset
from rules.slas import GoalRule, SlaRule
from tests.fakes.models import FakePatterns
from tests.fakes.rulings import ruleset
from tests.sla.past import NINE, after, issue

#: Ten hours around the clock, for those of the highest priority five.
FIX = SlaRule(
    when="item.project == 'PAY'",
    starts=("issue created", "resolution cleared"),
    pauses=("status Waiting",),
    stops=("resolution set",),
    goals=(GoalRule(when="item.priority == 'Highest'", within="5h"), GoalRule(within="10h")),
)
#: When all that a past tells of is over.
LATER = after(2_000)


def rules(**more: SlaRule) -> Ruleset:
    return ruleset(slas={"Time to fix": FIX, **more})


@dataclass
class Told:
    """What is remembered of a project: issues with their changes."""

    items: dict[int, Item] = field(default_factory=dict)
    changes: dict[int, list[FieldChange]] = field(default_factory=dict)
    patterns: FakePatterns = field(default_factory=FakePatterns)

    def past(self, project: str, most: int) -> tuple[Gone, ...]:
        return tuple(Gone(item=one) for one in self.items.values() if one.project == project)[-most:]

    def changed(self, ids: Collection[int], fields: Collection[str]) -> Mapping[int, Sequence[FieldChange]]:
        return {id_: [one for one in self.changes.get(id_, ()) if one.field in fields] for id_ in ids}

    def held(self, accounts: Sequence[str]) -> tuple[Item, ...]:
        return tuple(one for one in self.items.values() if one.is_open and one.assignee in accounts)

    def fixed(self, hours: float, number: int = 1, **more: Any) -> None:
        """Have so many issues that were fixed after so many hours each, begun an hour after each other."""
        for _ in range(number):
            self.opened(**more)
            id_, item = max(self.items), self.items[max(self.items)]
            at = item.created + timedelta(hours=hours)
            self.items[id_] = msgspec.structs.replace(item, resolution="Done", resolved_at=at, updated=at)
            self.changes[id_] = [resolved(at)]

    def opened(self, created: datetime | None = None, **more: Any) -> Item:
        """Have an issue that is open."""
        id_ = max(self.items, default=0) + 1
        began = created or NINE + timedelta(hours=len(self.items))
        made = msgspec.structs.replace(issue(created=began, updated=began), **{"id": id_, "key": f"PAY-{id_}"} | more)
        self.items[id_] = made
        return made

    @property
    def foretelling(self) -> Foretelling:
        return Foretelling(past=self, histories=ReadHistories(past=self), models=self.patterns)


def resolved(at: datetime, entry: int = 1) -> FieldChange:
    given = {"before": None, "before_text": None, "after": "1", "after_text": "Done"}
    return FieldChange(id=f"{entry}:0", at=at, author=None, field="resolution", **given)
