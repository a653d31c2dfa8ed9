"""Reads what a service desk asks for by itself: the approvals of a request, and where people answer them.

It must not answer one: Jira takes an answer for the caller's own, so that ours would be in our name and not in a
person's; who lets us answer for them does so in `integrations/atlassian/`. What is malformed raises `NotUnderstood`
inside, and leaves as a `GatewayError`.

Source: https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/ ("approval").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import msgspec

from integrations.jira.client import Connection
from integrations.jira.errors import Call, unreadable
from integrations.jira.payloads import Number, Person, Shape
from integrations.jira.values import NotUnderstood, account_of, read
from orchestrator.ports import DeskAnswer, DeskApproval
from rules.actions import AnswerAction

__all__ = ["API", "JiraDesk"]

T = TypeVar("T")
#: What follows `/rest/` in the addresses of a service desk's requests.
API = "servicedeskapi/request"
#: An issue that is none of a service desk's, or one that we may not see as such.
_NONE_OF_A_DESK = frozenset({400, 403, 404})
_Decision = Literal["pending", "approved", "declined"]


class _Answer(Shape, frozen=True, kw_only=True):
    """Who is asked, and what they have said."""

    approver: Person
    approver_decision: _Decision = "pending"


class _Approval(Shape, frozen=True, kw_only=True):
    """One approval."""

    id: Number
    name: str = ""
    final_decision: _Decision
    approvers: tuple[_Answer, ...] = ()


class _Page(Shape, frozen=True, kw_only=True):
    """The approvals of a request, the oldest first."""

    values: tuple[_Approval, ...]


class _Links(Shape, frozen=True, kw_only=True):
    """Where a request stands."""

    web: str = ""


class _Request(Shape, frozen=True, kw_only=True):
    """A request, of which only its address is wanted."""

    links: _Links = msgspec.field(default=_Links(), name="_links")


class JiraDesk:
    """The service desks of one Jira."""

    def __init__(self, connection: Connection) -> None:
        """Remember the way there, which has to lead to `API`."""
        self._connection = connection

    def approvals(self, item: int) -> tuple[DeskApproval, ...]:
        """Give the approvals of an issue, the oldest first; none for an issue that is no request. Raises GatewayError.

        The address is that of the portal, where whoever is asked can answer; blank where it leads out of this Jira.
        """
        found = self._read(f"{item}/approval", f"reading the approvals of issue {item}", lambda body: read(body, _Page))
        if found is None or not found.values:
            return ()
        request = self._read(str(item), f"reading where request {item} stands", lambda body: read(body, _Request))
        web = request.links.web if request is not None else ""
        address = web if web.startswith(f"{self._connection.url}/") else ""
        return tuple(_approval(one, address) for one in found.values)

    def has(self, action: AnswerAction) -> bool:
        """Tell whether an approval has this very answer of this account. Raises GatewayError."""
        wanted = "approved" if action.choice == "approve" else "declined"
        answers = (one.answers for one in self.approvals(action.item) if one.id == action.approval)
        return any(one.account == action.account and one.decision == wanted for found in answers for one in found)

    def _read(self, path: str, doing: str, understand: Callable[[object], T]) -> T | None:
        body = self._connection.read(path, doing, absent=_NONE_OF_A_DESK)
        if body is None:
            return None
        try:
            return understand(body)
        except NotUnderstood as reason:
            raise unreadable(Call(doing=doing, writes=False), str(reason)) from None


def _approval(shape: _Approval, address: str) -> DeskApproval:
    said = [(account_of(one.approver), one.approver_decision) for one in shape.approvers]
    answers = tuple(DeskAnswer(account=account, decision=decision) for account, decision in said if account is not None)
    return DeskApproval(
        id=str(shape.id), name=shape.name, decision=shape.final_decision, answers=answers, address=address
    )
