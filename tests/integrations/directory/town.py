"""A small town of people with a Jira and a Slack that keep state, count what they are asked, and can fail."""

from __future__ import annotations

from collections.abc import Collection

from integrations.directory import CachedAudience, CachedDirectory
from orchestrator.ports import ChatProfile, GatewayError
from rules.model import Person
from rules.ruleset import Limits, PersonRule, Ruleset

BUSY = GatewayError("there were too many calls", retryable=True, retry_after=7)
LOCKED_OUT = GatewayError("our account was refused", retryable=False, outage=True)
FORBIDDEN = GatewayError("a scope is missing", retryable=False)


class Jira:
    """Accounts by the address that they show, and what each may browse."""

    def __init__(self) -> None:
        self.accounts: dict[str, str] = {}
        self.browsable: dict[str, set[int]] = {}
        self.asked: list[tuple[str, tuple[int, ...]]] = []
        self.failure: GatewayError | None = None

    def account_of(self, email: str) -> str | None:
        self._fail()
        return self.accounts.get(email)

    def may_browse(self, account: str, items: Collection[int]) -> frozenset[int]:
        self._fail()
        self.asked.append((account, tuple(items)))
        return frozenset(items) & self.browsable.get(account, set())

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


class Slack:
    """Users by id, and the members of channels."""

    def __init__(self) -> None:
        self.users: dict[str, ChatProfile] = {}
        self.channels: dict[str, tuple[str, ...]] = {}
        self.asked: list[str] = []
        self.failure: GatewayError | None = None

    def profile(self, user: str) -> ChatProfile | None:
        self._fail(user)
        return self.users.get(user)

    def user_of(self, email: str) -> str | None:
        self._fail(email)
        return next((one.id for one in self.users.values() if one.email == email and one.active), None)

    def members(self, channel: str) -> tuple[str, ...]:
        self._fail(channel)
        return self.channels[channel]

    def _fail(self, asked: str) -> None:
        self.asked.append(asked)
        if self.failure is not None:
            raise self.failure


class Town:
    """Both, the directory and audience over them, the rules' people, and a clock that moves when it is told to."""

    def __init__(self) -> None:
        self.jira, self.slack = Jira(), Slack()
        self.rules: dict[str, PersonRule] = {}
        self.seconds = 0.0
        self.directory = CachedDirectory(self.jira, self.slack, monotonic=lambda: self.seconds)
        self.audience = CachedAudience(self.jira, self.slack, self.directory, monotonic=lambda: self.seconds)

    def settle(
        self, name: str, *, guest: bool = False, bot: bool = False, active: bool = True, email: bool = True
    ) -> None:
        """Give somebody a Slack user `U<NAME>` and a Jira account `j-<name>`, with the same address unless hidden."""
        address = f"{name}@example.com" if email else None
        user = f"U{name.upper()}"
        profile = ChatProfile(id=user, name=name.title(), email=address, guest=guest, bot=bot, active=active)
        self.slack.users[user] = profile
        if address:
            self.jira.accounts[address] = f"j-{name}"

    def name(
        self, id_: str, *roles: str, jira: str | None = None, slack: str | None = None, email: str | None = None
    ) -> None:
        """Name somebody in the rules."""
        self.rules[id_] = PersonRule(name=id_.title(), jira=jira, slack=slack, email=email, roles=roles)

    @property
    def ruleset(self) -> Ruleset:
        limits = Limits(projects=("*",), confidence={}, undo_button_minutes=10)
        return Ruleset(agents={}, workflows={}, limits=limits, roles={}, people=dict(self.rules))

    def of_slack(self, user: str) -> Person | None:
        return self.directory.of_slack(user, self.ruleset)

    def of_jira(self, account: str) -> Person | None:
        return self.directory.of_jira(account, self.ruleset)

    def everyone(self) -> dict[str, Person]:
        return {person.id: person for person in self.directory.everyone(self.ruleset)}

    def channel_sees(self, *items: int, channel: str = "C1") -> frozenset[int]:
        return self.audience.channel_sees(channel, items, self.ruleset)
