"""Conditions over facts, written in CEL (the Common Expression Language): a finding with its reason. No I/O.

An error in a condition never counts for anything: the finding says that it does not hold, and why.
Source: https://github.com/google/cel-spec; evaluated by Google's C++ implementation.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from rules.canonical import Value
from rules.model import Item

VARIABLES = ("item",)


class ConditionError(ValueError):
    """The text is not a condition; the message says what is wrong with it."""


class Finding(Value, frozen=True, kw_only=True):
    """Whether a condition holds, and why, in words."""

    holds: bool
    reason: str


@lru_cache(maxsize=1024)
def compiled(condition: str) -> cel.Expression:
    """Compile a condition; raises ConditionError with CEL's own words."""
    environment = cel.NewEnv(variables={name: cel.Type.Map(cel.Type.STRING, cel.Type.DYN) for name in VARIABLES})
    try:
        return environment.compile(condition)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ConditionError(str(error)) from error


def check(condition: str, view: Mapping[str, Any]) -> Finding:
    """Evaluate a condition over a view of the facts."""
    try:
        evaluated = compiled(condition).eval(data=dict(view))
    except (ConditionError, RuntimeError, TypeError, ValueError) as error:
        return _not_evaluated(str(error))
    result = evaluated.value()
    if evaluated.type() == cel.Type.ERROR:
        return _not_evaluated(str(result))
    if result is True:
        return Finding(holds=True, reason=f"it holds that {condition}")
    if result is False:
        return Finding(holds=False, reason=f"it does not hold that {condition}")
    return Finding(holds=False, reason=f"the condition {condition} gives no yes or no but {str(result)[:200]}")


def _not_evaluated(why: str) -> Finding:
    return Finding(holds=False, reason=f"the condition could not be evaluated: {why[:500]}")


def view_of(item: Item, now: datetime) -> dict[str, Any]:
    """Give what conditions may say of an item. The words are documented in `docs/writing-rules.md`."""
    return {
        "item": {
            "key": item.key,
            "project": item.project,
            "type": item.type,
            "status": item.status.name,
            "status_category": item.status.category,
            "is_open": item.is_open,
            "age_hours": int((now - item.created).total_seconds() // 3600),
            "priority": item.priority or "",
            "resolution": item.resolution or "",
            "components": list(item.components),
            "labels": list(item.labels),
            "versions": list(item.versions),
            "summary": item.summary.text,
            "description": item.description.text,
        }
    }
