"""What the memory gives back: values alone. Take them from `memory`, where the roles are that give them."""

from datetime import datetime

import msgspec

from orchestrator.assigning.allotment import Allotment
from orchestrator.batching import Parting
from orchestrator.changes import Entry
from orchestrator.facts import ActionRecord, Followed
from orchestrator.watching.alerts import Alert
from rules.canonical import Value
from rules.model import Switch
from rules.requests import Request


class CardRow(Value, frozen=True, kw_only=True):
    """A copy of a card; `shown` is the hash of it.

    `place`: a channel's id, `<channel>/<ts>` in a thread, or `user:<id>`, with more behind a slash for a further copy.
    `lost`: it cannot be shown there any more.
    """

    id: str
    request: str
    place: str
    channel: str | None = None
    ts: str | None = None
    shown: str | None = None
    trying_since: datetime | None = None
    lost: bool = False

    @property
    def user(self) -> str | None:
        """The one user who is shown this copy; None where a channel is."""
        kind, _, user = self.place.partition(":")
        return user.partition("/")[0] if kind == "user" else None

    @property
    def thread(self) -> str | None:
        """The first message of the thread that it stands in, by its `ts`; None for none."""
        return self.place.partition("/")[2] or None if self.user is None else None


class Recorded(Value, frozen=True, kw_only=True):
    """What was recorded of a subject, in the order of `Records`, the switches, what agents used of their budgets.

    `outcomes` are written as in `Facts`; `budget_used`: how many actions each agent has begun on the day. `batch`: the
    id of the batch that an item is in, with the others of it as `mates`. `followed`: how far it follows others, and
    others it. `threads`: the conversations of those that are kept in step with the item. `allotment`: who could take
    it, as its queue's last look had it; `alert`: the warning about it that runs.
    """

    requests: tuple[Request, ...] = ()
    actions: tuple[ActionRecord, ...] = ()
    outcomes: tuple[str, ...] = ()
    switches: tuple[Switch, ...] = ()
    budget_used: dict[str, int] = msgspec.field(default_factory=dict)
    batch: str | None = None
    mates: tuple[int, ...] = ()
    followed: tuple[Followed, ...] = ()
    partings: tuple[Parting, ...] = ()
    threads: tuple[str, ...] = ()
    allotment: Allotment | None = None
    alert: Alert | None = None


class TrailRow(Value, frozen=True, kw_only=True):
    """A row of the ledger as read back; `seq` orders appends, `data` is None when a person was erased."""

    seq: int
    entry: Entry


class Standing(Value, frozen=True, kw_only=True):
    """How things stand, for `/yard status` and the metrics.

    `troubles`: what fails and is tried again by itself (a vendor by its name), with words that tell an operator why.
    """

    waiting: int
    buried: int
    quarantined: int
    pending: int
    open_actions: int
    failed_actions: int
    items: int
    ledger_rows: int
    unsealed: int
    switches: tuple[Switch, ...] = ()
    troubles: dict[str, str] = msgspec.field(default_factory=dict)
