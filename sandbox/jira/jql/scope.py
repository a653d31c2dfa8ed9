"""What a query is asked over: the site, who asks, when, and the fields that other products add."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sandbox.jira.records import Account
from sandbox.jira.state import JiraState


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A custom field: its id (`customfield_10010`), the name that people see, the type of its schema."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`me` is None where nobody asks, as in a filter of webhooks; dates are then read in UTC.

    `custom` tells the custom fields; it is asked only for a field that nothing else knows.
    """

    jira: JiraState
    now: datetime
    me: Account | None = None
    custom: Callable[[], Iterable[CustomField]] = tuple

    @property
    def zone(self) -> tzinfo:
        """The time zone in which the asker writes dates."""
        return ZoneInfo(self.me.time_zone) if self.me else UTC
