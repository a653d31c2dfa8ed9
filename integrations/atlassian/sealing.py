"""Keeps what people gave us readable for nobody else: tokens at rest, and the state that goes through their browser.

The first key seals, all of them open. What is sealed says whose it is, so that a row cannot be given to another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from integrations.secret import Secret

__all__ = ["INVITED_FOR_S", "Invitation", "Seal", "Tokens"]

T = TypeVar("T", bound=msgspec.Struct)
#: For how long somebody may follow the address that they were given, in seconds.
INVITED_FOR_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What Atlassian gave for somebody: how long the access token works, in seconds, and for which scopes."""

    access: Secret
    refresh: Secret
    seconds: int
    scopes: frozenset[str]


class Invitation(msgspec.Struct, frozen=True, kw_only=True, tag="invitation", forbid_unknown_fields=True):
    """Who was asked to consent: a chat user, as this account. `once` makes it work one time."""

    once: str
    user: str
    account: str


class _Pair(msgspec.Struct, frozen=True, kw_only=True, tag="tokens", forbid_unknown_fields=True):
    account: str
    access: str
    refresh: str


class Seal:
    """Seals and opens; `newest` and `known` name the keys without telling them."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        """Take the keys, the newest first. Raises ValueError for what is no key."""
        revealed = [key.reveal() for key in keys]
        self._all = MultiFernet([Fernet(key) for key in revealed])
        names = [hashlib.sha256(key.encode()).hexdigest()[:12] for key in revealed]
        self.newest, self.known = names[0], frozenset(names)

    def sealed(self, tokens: Tokens, account: str) -> str:
        """Seal somebody's tokens by the newest key."""
        pair = _Pair(account=account, access=tokens.access.reveal(), refresh=tokens.refresh.reveal())
        return self._all.encrypt(msgspec.json.encode(pair)).decode()

    def opened(self, sealed: str, account: str) -> tuple[Secret, Secret] | None:
        """Give access and refresh token; None where no key fits, or they are another's."""
        pair = self._read(sealed, _Pair, None)
        if pair is None or pair.account != account:
            return None
        return Secret(pair.access), Secret(pair.refresh)

    def again(self, sealed: str) -> str | None:
        """Seal by the newest key what an older one sealed; None where no key fits."""
        try:
            return self._all.rotate(sealed).decode()
        except InvalidToken:
            return None

    def invite(self, invitation: Invitation) -> str:
        """Give an invitation as a state that nobody else can make or read."""
        return self._all.encrypt(msgspec.json.encode(invitation)).decode()

    def invited(self, state: str) -> Invitation | None:
        """Read a state; None for one that is not ours, or is too old."""
        return self._read(state, Invitation, INVITED_FOR_S)

    def _read(self, sealed: str, kind: type[T], seconds: int | None) -> T | None:
        try:
            return msgspec.json.decode(self._all.decrypt(sealed, ttl=seconds), type=kind)
        except (InvalidToken, msgspec.MsgspecError, ValueError):
            return None
