"""Answers in people's own names: is it set up, does Atlassian know the app, do browsers find back, do the keys fit.

It reads and changes nothing, and prints no secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import requests
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from integrations.atlassian.accounts import AtlassianAccounts
from integrations.atlassian.sealing import Seal
from integrations.doctor.finding import Finding, fault, unchecked, warning, well
from integrations.durable import LookQueue
from integrations.jira.client import is_loopback
from integrations.store.grants import PostgresGrants
from orchestrator.ports import GatewayError

__all__ = ["SYSTEM", "check_grants", "check_keys", "off"]

SYSTEM: Final = "grants"
TIMEOUT_S: Final = 5
#: What no browser ever brings, so that only the app itself is judged.
_NO_CODE: Final = "yardmaster-doctor"
_CONSOLE: Final = "https://developer.atlassian.com/console/myapps/"


def off() -> Finding:
    """Say that nobody can answer in their own name here, which is no fault."""
    return unchecked(SYSTEM, "answers in people's own names", "not set up; docs/connecting.md says how")


def check_grants(accounts: AtlassianAccounts) -> Iterator[Finding]:
    """Look at the app, and at the way back from Atlassian to the door."""
    try:
        accounts.exchanged(_NO_CODE)
    except GatewayError as error:
        fix = f"set ATLASSIAN_CLIENT_ID and ATLASSIAN_CLIENT_SECRET to those under Settings of the app at {_CONSOLE}"
        yield fault(SYSTEM, str(error), fix)
    else:
        yield well(SYSTEM, "Atlassian knows the app")
    back = accounts.callback
    if not back.startswith("https://") and not is_loopback(back):
        words = f"{back} is not https, so Atlassian sends nobody back there"
        yield fault(SYSTEM, words, "set YARDMASTER_PUBLIC_URL to the https address of the proxy before the door")
    elif _leads_here(back):
        yield well(SYSTEM, f"{back} leads to a door; it has to stand as the callback URL of the app")
    else:
        fix = "let the proxy pass that path on to the door; where only others reach it, try it from there"
        yield warning(SYSTEM, f"{back} leads to no door from here", fix)


def check_keys(seal: Seal, engine: sqlalchemy.Engine) -> Iterator[Finding]:
    """Look whether the keys that are set open what is kept."""
    try:
        counted = PostgresGrants(engine, LookQueue()).counted()
    except SQLAlchemyError:
        yield unchecked(SYSTEM, "the grants that are kept", "the database does not tell of them")
        return
    closed = sum(count for name, count in counted.items() if name not in seal.known)
    older = sum(count for name, count in counted.items() if name in seal.known and name != seal.newest)
    if closed:
        fix = "set YARDMASTER_GRANT_KEYS to hold the key that sealed them too, or have these people connect again"
        yield fault(SYSTEM, f"{closed} grants are sealed by a key that is not set", fix)
    if older:
        words = f"{older} grants are still sealed by an older key"
        yield warning(SYSTEM, words, "leave that key in YARDMASTER_GRANT_KEYS until a worker has sealed them anew")
    if not (closed or older):
        yield well(SYSTEM, f"the newest key opens the {sum(counted.values())} grants that are kept")


def _leads_here(address: str) -> bool:
    """Tell whether a door answers there, as it does to who comes without a state."""
    with requests.Session() as session:
        session.trust_env = not is_loopback(address)
        try:
            answer = session.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException:
            return False
        return answer.status_code == 400 and "/yard connect" in answer.text
