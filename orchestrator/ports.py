"""What the core needs from the outside world, as roles in our own words. Integrations and tests provide them.

Gateways raise `GatewayError` and nothing else; the one place that retries is the look.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, Protocol

from orchestrator.messages import Form, Message, ReplyTo
from orchestrator.people.availability import Presence
from rules.actions import Action, IssueForm, OpenTransition, Project
from rules.canonical import Value
from rules.model import Event, Snapshot


class GatewayError(Exception):
    """A vendor did not do what it was asked. The message is words for an operator, without secrets or personal data.

    `retryable`: the same call may succeed later. `in_doubt`: it may have been done although no answer came (time-out,
    dropped connection, 5xx after sending). `retry_after`: seconds of transport time that the vendor asked for.
    `outage`: it is not about this call: the vendor cannot be reached, or refuses our account altogether.
    """

    def __init__(
        self,
        words: str,
        *,
        retryable: bool,
        in_doubt: bool = False,
        retry_after: float | None = None,
        outage: bool = False,
    ) -> None:
        super().__init__(words)
        self.retryable = retryable
        self.in_doubt = in_doubt
        self.retry_after = retry_after
        self.outage = outage

    @property
    def final(self) -> bool:
        """Whether the vendor has refused this very call, so that asking again would come to the same."""
        return not (self.retryable or self.in_doubt or self.outage)


class PlaceGone(GatewayError):
    """The channel or the person that something was to be shown to is not there for us, or not any more."""

    def __init__(self, words: str) -> None:
        super().__init__(words, retryable=False)


class Receipt(Value, frozen=True, kw_only=True):
    """What the tracker gave for an action that is done: the id of the link or comment, or the status reached.

    Of an issue that was created it is the issue's id, and the note is its key.

    `at` is domain time when we learnt that it is done; the tracker leaves it to us.
    """

    id: str = ""
    note: str = ""
    at: datetime | None = None


class DeskAnswer(Value, frozen=True, kw_only=True):
    """What one of those says, by their account, whom a service desk asks by itself."""

    account: str
    decision: Literal["pending", "approved", "declined"] = "pending"


class DeskApproval(Value, frozen=True, kw_only=True):
    """An approval that a service desk asks for by itself. `address`: where people answer it; blank for none."""

    id: str
    name: str
    decision: Literal["pending", "approved", "declined"]
    answers: tuple[DeskAnswer, ...] = ()
    address: str = ""


class ChatProfile(Value, frozen=True, kw_only=True):
    """A chat user. `guest` covers single- and multi-channel guests and people of other workspaces."""

    id: str
    name: str
    email: str | None = None
    guest: bool = False
    bot: bool = False
    active: bool = True


class Remark(Value, frozen=True, kw_only=True):
    """A comment of the tracker as it stands now: by its id, who wrote it, when it was changed last, as it tells times.

    `public`: everybody who may browse the issue may read it. `mark`: our own, where it is ours and was asked for.
    """

    id: str
    author: str | None
    name: str
    text: str
    updated: str
    public: bool
    mark: str | None = None


class Remarks(Value, frozen=True, kw_only=True):
    """The newest comments of an issue, a hundred at most; `whole`: there are no others."""

    remarks: tuple[Remark, ...] = ()
    whole: bool = True


class Said(Value, frozen=True, kw_only=True):
    """A message of the chat as people read it. `user`: who wrote it; None for no human. `thread`: as in `Chat.post`."""

    text: str
    user: str | None = None
    thread: str | None = None


class Clock(Protocol):
    """Domain time: facts, expiry, ticks. Never time-outs, leases or signatures."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        ...


class Tracker(Protocol):
    """The issue tracker. All reads are direct reads by id, never a search, which lags; but for what a create made."""

    def account(self) -> str:
        """Give the account id that the bot itself acts as."""
        ...

    def account_of(self, email: str) -> str | None:
        """Give the one account with this e-mail address, None when there is none, several, or it is hidden."""
        ...

    def item(self, item: int) -> Snapshot | None:
        """Read an issue in full; None when it does not exist or we may not see it."""
        ...

    def item_by_key(self, key: str) -> Snapshot | None:
        """Read an issue by its key (which may be an old key); None as in `item`."""
        ...

    def transitions(self, item: int) -> tuple[OpenTransition, ...]:
        """Read the transitions that are open to us now, with the fields of their screens."""
        ...

    def may_browse(self, account: str, items: Collection[int]) -> frozenset[int]:
        """Tell which of the issues this account may see; those that cannot be told are left out."""
        ...

    def watchers(self, item: int) -> frozenset[str] | None:
        """Read the accounts that watch an issue; None when it is not there for us, or we are not told."""
        ...

    def values(self, item: int, fields: Collection[str]) -> dict[str, str]:
        """Read what fields of an issue hold, each by its name as people see it, as text; blank for none such."""
        ...

    def approvals(self, item: int) -> tuple[DeskApproval, ...]:
        """Read the approvals that a service desk asks for by itself, the oldest first; none where there is no desk."""
        ...

    def remarks(self, item: int) -> Remarks:
        """Read the newest comments of an issue, each with our mark; none where it is not there for us."""
        ...

    def remark(self, item: int, comment: str) -> Remark | None:
        """Read one comment, whose mark is not told; None where it is not there for us, or not any more."""
        ...

    def projects(self, account: str) -> tuple[Project, ...]:
        """Give the projects in which this account, and we, may create issues, by key; some hundreds at most."""
        ...

    def may_create(self, account: str, project: str) -> bool:
        """Tell whether this account may create issues in the project; no where that cannot be told."""
        ...

    def types(self, project: str) -> tuple[str, ...]:
        """Give the types of issue that we may create in a project; none where we may not."""
        ...

    def form(self, project: str, type_: str) -> IssueForm | None:
        """Give what is wanted for a new issue of a type; None where we cannot create one."""
        ...

    def perform(self, action: Action, mark: str) -> Receipt:
        """Do the action once and leave `mark` on it where the tracker can carry one."""
        ...

    def find(self, action: Action, mark: str) -> Receipt | None:
        """Look by direct reads whether the action (with that mark) is done; None when it is not.

        Only a search finds what a create has made: that it finds nothing means something once the search has had time.
        """
        ...

    def url_of(self, key: str) -> str:
        """Give the address at which a human opens the issue."""
        ...


class Chat(Protocol):
    """The chat. Channels and users are the chat's own ids; `ts` is the id of a message in its channel."""

    def channel(self, name: str) -> str | None:
        """Give the id of a channel that the bot is in, by `#name` or id; None when there is none."""
        ...

    def direct(self, user: str) -> str:
        """Open the direct message with a user and give its channel id. Raises PlaceGone."""
        ...

    def members(self, channel: str) -> tuple[str, ...]:
        """Give the users in a channel, without the bot itself."""
        ...

    def profile(self, user: str) -> ChatProfile | None:
        """Read a user; None when unknown."""
        ...

    def presences(self, users: Collection[str], now: datetime) -> tuple[Presence, ...]:
        """Tell of users (`person` is the chat's id) whether they want to be left alone, as known minutes ago."""
        ...

    def notice(self, users: Collection[str]) -> None:
        """Look who of these users is seen in the chat now, so that `presences` tells; of many only some at once."""
        ...

    def user_of(self, email: str) -> str | None:
        """Give the id of the user with this e-mail address; None when there is none."""
        ...

    def may_post(self, channel: str) -> None:
        """Raise GatewayError, with how long to wait, where a post would surely be refused now, as too many."""
        ...

    def post(self, channel: str, message: Message, mark: str, thread: str | None = None) -> str:
        """Post a message that carries `mark` in its metadata, in a `thread` if one is named; gives its `ts`.

        Raises PlaceGone.
        """
        ...

    def update(self, channel: str, ts: str, message: Message, mark: str) -> None:
        """Replace a message that we posted; one that somebody deleted stays deleted. Raises PlaceGone."""
        ...

    def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> str | None:
        """Look in the channel's history since then, or a thread's, for our message with that mark; gives its `ts`."""
        ...

    def reply(self, to: ReplyTo, message: Message | Form) -> None:
        """Answer one person, for their eyes only; a form goes into `to.view`, the open modal that waits for it.

        Not counted among the effects: it cannot be looked up.
        """
        ...

    def publish(self, user: str, message: Message) -> None:
        """Put a message on a user's page in App Home, in the place of what stood there. Raises PlaceGone.

        Not counted among the effects: it cannot be looked up.
        """
        ...

    def message(self, channel: str, ts: str) -> Said | None:
        """Read one message of a channel that the bot is in; None where there is none such."""
        ...

    def permalink(self, channel: str, ts: str) -> str | None:
        """Give the address of a message; None when the chat does not tell."""
        ...


class Intake(Protocol):
    """The durable queue of events."""

    def put(self, event: Event) -> bool:
        """Store an event and have its subject looked at, in one transaction. False: it was there already."""
        ...

    def bury(self, event: Event, reason: str) -> bool:
        """Store something authentic that could not be understood, for an operator to see and put back."""
        ...


class Doorman(Protocol):
    """What the front door may decide by itself: the switches, which bypass the queue."""

    def throw_switch(self, event: Event) -> Message:
        """Store the command (`stop` or `resume`), apply it at once if its giver may, and say what came of it."""
        ...
