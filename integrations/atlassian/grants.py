"""Plays the role `Grants`: invites people to consent, keeps what they gave, and answers approvals as them.

It must not decide whether to answer: it is told. An answer in doubt is looked up by others, never given again by it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Literal

from integrations.atlassian.accounts import SCOPES, AtlassianAccounts, Unauthorized
from integrations.atlassian.sealing import INVITED_FOR_S, Invitation, Seal, Tokens
from integrations.secret import Secret
from integrations.store.grants import KeptGrant, PostgresGrants
from orchestrator.granting.connecting import GIVEN, LOST
from orchestrator.ports import Clock, GatewayError
from rules.actions import AnswerAction
from rules.model import Event, Subject

__all__ = ["AtlassianGrants", "NotTaken"]

_ENDED: Final = "the leave to answer in this person's own name has ended"
_log = logging.getLogger("yardmaster")


class NotTaken(Exception):
    """What somebody consented to is not kept; says why, in a sentence for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlassianGrants:
    """Grants of the people of one Jira site, `site`. `clock` is domain time, for the record alone."""

    accounts: AtlassianAccounts
    kept: PostgresGrants
    seal: Seal
    site: str
    clock: Clock

    offered: bool = True

    def held(self, accounts: Collection[str]) -> frozenset[str]:
        """Give those of these accounts that let us answer for them."""
        return self.kept.held(accounts, self.seal.known) if accounts else frozenset()

    def invitation(self, user: str, account: str) -> str:
        """Give the address at which a chat user consents as this account; it works once, for ten minutes."""
        asked = Invitation(once=secrets.token_urlsafe(16), user=user, account=account)
        return self.accounts.consent_url(self.seal.invite(asked))

    def invited(self, state: str) -> Invitation | None:
        """Use up an invitation that came back; None for one that is not ours, is too old, or was used."""
        invitation = self.seal.invited(state)
        return invitation if invitation is not None and self.kept.used(invitation.once) else None

    def take(self, invitation: Invitation, code: str) -> None:
        """Keep what somebody consented to, where it was they who were asked. Raises NotTaken, GatewayError."""
        tokens = self.accounts.exchanged(code)
        if tokens is None:
            raise NotTaken("Atlassian does not know this consent any more.")
        lacking = sorted(set(SCOPES) - tokens.scopes)
        if lacking:
            raise NotTaken(f"Atlassian's app lacks what this needs ({', '.join(lacking)}); tell an operator.")
        try:
            cloud = next(
                (one.id for one in self.accounts.sites(tokens.access) if one.url.rstrip("/") == self.site), None
            )
            if cloud is None:
                raise NotTaken(f"You allowed another site than {self.site}.")
            whose = self.accounts.account(cloud, tokens.access)
        except Unauthorized:
            raise NotTaken("Atlassian did not take its own consent.") from None
        if whose != invitation.account:
            raise NotTaken("You are logged in to Atlassian with another account than the one that Jira knows you by.")
        self._keep(invitation, cloud, tokens)

    def answer(self, action: AnswerAction) -> bool:
        """Answer an approval as the account that the action names. False: it was answered or decided already.

        Raises GatewayError, in doubt where it may have been answered.
        """
        grant = self._usable(action.account, None)
        try:
            return self._answered(grant, action)
        except Unauthorized:
            renewed = self._usable(action.account, grant.sealed)
        try:
            return self._answered(renewed, action)
        except Unauthorized:
            self._lose(renewed)
            raise GatewayError(_ENDED, retryable=False) from None

    def tend(self) -> None:
        """Seal by the newest key what an older one sealed, and forget invitations that are long over."""
        if done := self.kept.reseal(self.seal.newest, self.seal.again):
            _log.info("grants that an older key had sealed are sealed by the newest one: %d", done)
        self.kept.tidy(INVITED_FOR_S * 2)

    def _answered(self, grant: KeptGrant, action: AnswerAction) -> bool:
        access, _ = self._opened(grant)
        decision: Literal["approve", "decline"] = "approve" if action.choice == "approve" else "decline"
        return self.accounts.answer(grant.cloud, access, action.item, action.approval, decision)

    def _usable(self, account: str, unlike: str | None) -> KeptGrant:
        try:
            grant = self.kept.usable(account, unlike, self._renewed)
        except _Withdrawn as withdrawn:
            self._lose(withdrawn.grant)
            grant = None
        if grant is None:
            raise GatewayError(_ENDED, retryable=False)
        return grant

    def _renewed(self, grant: KeptGrant) -> KeptGrant:
        _, refresh = self._opened(grant)
        tokens = self.accounts.refreshed(refresh)
        if tokens is None:
            raise _Withdrawn(grant)
        sealed = self.seal.sealed(tokens, grant.account)
        return replace(grant, sealed=sealed, sealed_by=self.seal.newest, seconds=tokens.seconds)

    def _opened(self, grant: KeptGrant) -> tuple[Secret, Secret]:
        opened = self.seal.opened(grant.sealed, grant.account)
        if opened is None:
            raise GatewayError("no key of YARDMASTER_GRANT_KEYS opens their grant", retryable=False)
        return opened

    def _keep(self, invitation: Invitation, cloud: str, tokens: Tokens) -> None:
        grant = KeptGrant(
            account=invitation.account,
            user=invitation.user,
            id=invitation.once,
            cloud=cloud,
            sealed=self.seal.sealed(tokens, invitation.account),
            sealed_by=self.seal.newest,
            seconds=tokens.seconds,
        )
        self.kept.give(grant, self._news(GIVEN, invitation.user, invitation.once))

    def _lose(self, grant: KeptGrant) -> None:
        self.kept.lose(grant.account, grant.id, self._news(LOST, grant.user, grant.id))

    def _news(self, name: str, user: str, id_: str) -> Event:
        return Event(
            id=f"{name}:{id_}",
            kind="signal",
            name=name,
            source="yardmaster",
            subject=Subject(kind="person", id=user),
            received_at=self.clock.now(),
            payload={"user": user},
        )


class _Withdrawn(Exception):
    """Atlassian takes a grant for nothing any more."""

    def __init__(self, grant: KeptGrant) -> None:
        super().__init__()
        self.grant = grant
