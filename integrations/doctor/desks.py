"""The service desks of the rules' projects: are we an agent there, so that we see whom they ask by themselves.

It reads and changes nothing. Who is no agent is told of no approvals, and no error would ever tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from integrations.doctor.finding import Finding, fault, well
from integrations.jira.client import Connection
from integrations.jira.values import NotUnderstood, read
from orchestrator.ports import GatewayError
from rules.ruleset import Ruleset

__all__ = ["API", "desks"]

#: What follows `/rest/` in the addresses of service desks.
API = "servicedeskapi"
_NO_DESKS = frozenset({403, 404})


class _Desk(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    project_key: str
    project_name: str = ""


class _Desks(msgspec.Struct, frozen=True, kw_only=True):
    values: tuple[_Desk, ...] = ()


def desks(system: str, connection: Connection, rules: Ruleset, url: str) -> Iterator[Finding]:
    """Look at the desks of projects in which gates may ask; nothing is asked where there is no gate.

    `connection` has to lead to `API`. Raises GatewayError.
    """
    if not any(workflow.gate is not None for workflow in rules.workflows.values()):
        return
    allowed = rules.limits.projects
    for desk in _found(connection):
        if "*" not in allowed and desk.project_key not in allowed:
            continue
        doing = f"asking for the queues of the service desk {desk.project_key}"
        queues = connection.read(f"servicedesk/{quote(desk.id, safe='')}/queue", doing, absent=_NO_DESKS)
        if queues is None:
            words = f"it is no agent of the service desk {desk.project_key}, so it does not see whom that asks"
            screen = f"{url}/jira/servicedesk/projects/{desk.project_key}/settings/access"
            yield fault(system, words, f"give its account an agent's licence, and the role at {screen}")
        else:
            yield well(system, f"it is an agent of the service desk {desk.project_key}, and sees whom that asks")


def _found(connection: Connection) -> tuple[_Desk, ...]:
    body = connection.read("servicedesk", "asking which service desks there are", {"limit": 100}, absent=_NO_DESKS)
    try:
        return read(body, _Desks).values if body is not None else ()
    except NotUnderstood as reason:
        raise GatewayError(f"what Jira says of its service desks cannot be read: {reason}", retryable=False) from None
