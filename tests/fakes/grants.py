"""Who lets us answer for them, kept beside the rest of the bot's memory."""

from collections.abc import Collection
from dataclasses import dataclass

from tests.fakes.store import FakeMemory


@dataclass
class FakeGrants:
    """Grants that tests give; each invitation is another address."""

    memory: FakeMemory
    offered: bool = False
    invitations: int = 0

    def held(self, accounts: Collection[str]) -> frozenset[str]:
        return frozenset(accounts) & self.memory.tables.grants

    def invitation(self, user: str, account: str) -> str:
        self.invitations += 1
        return f"https://auth.test/authorize?{self.invitations}&{user}&{account}"

    def give(self, *accounts: str) -> None:
        self.offered = True
        self.memory.tables.grants |= set(accounts)
