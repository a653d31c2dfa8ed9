"""Which people let the app act as them, and the tokens that it has for it. How long these live is real time.

A code works once, and so does a refresh token: whoever brings an old one again loses all tokens of that person.
"""

import secrets
import time
from dataclasses import dataclass, field

#: The site's id behind the gateway.
CLOUD_ID = "8f3a5c0e-51b7-4c0d-9d6e-0a7d5b1c2e34"
CODE_LIFE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody let the app do, for as long as `until` of the machine's monotonic clock."""

    account: str
    scopes: tuple[str, ...]
    until: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A consent that waits to be fetched, at the address that it was asked for with."""

    consent: Consent
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An access token and, where `offline_access` was asked for, the refresh token that follows it."""

    access: str
    refresh: str | None
    consent: Consent


@dataclass(slots=True, kw_only=True)
class AtlassianState:
    """All consents in memory. Callers hold the world's lock.

    `access_seconds`: how long an access token works. `leeway_seconds`: for how long a refresh token that was used works
    again, for apps whose answer got lost; Atlassian's people speak of 600.
    """

    client_id: str = "sandbox"
    client_secret: str = "sandbox"  # noqa: S105 - public, like all tokens of the sandbox
    access_seconds: float = 3600.0
    leeway_seconds: float = 0.0
    consents: dict[str, Consent] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Consent] = field(default_factory=dict)
    refresh: dict[str, Consent] = field(default_factory=dict)
    spent: dict[str, Consent] = field(default_factory=dict)

    def consented(self, account: str, scopes: tuple[str, ...], redirect_uri: str) -> str:
        """Note that somebody let the app do this; gives the code that proves it."""
        code = secrets.token_urlsafe(24)
        self.consents[account] = consent = Consent(account=account, scopes=scopes)
        self.codes[code] = Code(
            consent=Consent(account=account, scopes=consent.scopes, until=time.monotonic() + CODE_LIFE_S),
            redirect_uri=redirect_uri,
        )
        return code

    def exchanged(self, code: str, redirect_uri: str) -> Pair | None:
        """Give tokens for a code; None for one that is unknown, was used, is old or was for another address."""
        kept = self.codes.pop(code, None)
        if kept is None or kept.redirect_uri != redirect_uri or kept.consent.until < time.monotonic():
            return None
        return self._pair(Consent(account=kept.consent.account, scopes=kept.consent.scopes))

    def refreshed(self, token: str) -> Pair | None:
        """Give the next tokens for a refresh token; None for any but the newest, and then none of them works more."""
        consent = self.refresh.pop(token, None)
        if consent is not None:
            until = time.monotonic() + self.leeway_seconds
            self.spent[token] = Consent(account=consent.account, scopes=consent.scopes, until=until)
            return self._pair(consent)
        spent = self.spent.get(token)
        if spent is not None and spent.account in self.consents and time.monotonic() < spent.until:
            return self._pair(Consent(account=spent.account, scopes=spent.scopes))
        self._forget_tokens(spent.account if spent is not None else None)
        return None

    def withdrawn(self, account: str) -> bool:
        """Take the app away from somebody's account, with all its tokens. False: it was not there."""
        self._forget_tokens(account)
        self.codes = {code: kept for code, kept in self.codes.items() if kept.consent.account != account}
        return self.consents.pop(account, None) is not None

    def bearer(self, token: str) -> Consent | None:
        """Tell whose access token it is; None for none that works now."""
        consent = self.access.get(token)
        return consent if consent is not None and consent.until >= time.monotonic() else None

    def _pair(self, consent: Consent) -> Pair:
        access, refresh = secrets.token_urlsafe(32), None
        until = time.monotonic() + self.access_seconds
        self.access[access] = Consent(account=consent.account, scopes=consent.scopes, until=until)
        if "offline_access" in consent.scopes:
            refresh = secrets.token_urlsafe(32)
            self.refresh[refresh] = consent
        return Pair(access=access, refresh=refresh, consent=consent)

    def _forget_tokens(self, account: str | None) -> None:
        for kept in (self.access, self.refresh):
            for token in [token for token, consent in kept.items() if consent.account == account]:
                del kept[token]
