"""What people let us do in Jira in their own names, as a role. Tokens never leave who plays it."""

from collections.abc import Collection
from typing import Final, Protocol


class Grants(Protocol):
    """Who lets us answer for them what a service desk asks. People are known by their Jira accounts."""

    @property
    def offered(self) -> bool:
        """Whether this installation can take such grants at all."""
        ...

    def held(self, accounts: Collection[str]) -> frozenset[str]:
        """Give those of these accounts that let us answer for them."""
        ...

    def invitation(self, user: str, account: str) -> str:
        """Give the address at which a chat user consents as this account; it works once, for some minutes."""
        ...


class _NoGrants:
    """An installation without the settings for it."""

    offered = False

    def held(self, accounts: Collection[str]) -> frozenset[str]:
        """Nobody lets us."""
        del accounts
        return frozenset()

    def invitation(self, user: str, account: str) -> str:
        """There is nowhere to consent."""
        del user, account
        return ""


NO_GRANTS: Final[Grants] = _NoGrants()
