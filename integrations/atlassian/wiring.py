"""Wires what keeps grants out of the settings; nothing is asked of anybody yet."""

from __future__ import annotations

import sqlalchemy

from integrations.atlassian.accounts import AtlassianAccounts
from integrations.atlassian.callback import PATH
from integrations.atlassian.grants import AtlassianGrants
from integrations.atlassian.sealing import Seal
from integrations.secret import Secret
from integrations.settings import Settings
from integrations.store.grants import PostgresGrants
from integrations.store.looks import Queue
from orchestrator.ports import Clock

__all__ = ["accounts_of", "grants_of"]


def accounts_of(settings: Settings) -> AtlassianAccounts:
    """Give the way to Atlassian's accounts."""
    return AtlassianAccounts(
        auth_url=settings.atlassian_auth_url,
        api_url=settings.atlassian_api_url,
        client_id=settings.atlassian_client_id or "",
        client_secret=settings.atlassian_client_secret or Secret(""),
        callback=f"{settings.public_url}{PATH}",
    )


def grants_of(settings: Settings, database: sqlalchemy.Engine, queue: Queue, clock: Clock) -> AtlassianGrants | None:
    """Give what keeps grants; None where the settings for it are missing."""
    if settings.grant_keys is None or settings.jira_url is None:
        return None
    return AtlassianGrants(
        accounts=accounts_of(settings),
        kept=PostgresGrants(database, queue),
        seal=Seal(settings.grant_keys),
        site=settings.jira_url,
        clock=clock,
    )
