"""Wires the front door: what Jira, Slack, operators and the console reach over HTTP. Nothing listens yet."""

from functools import partial

from flask import Blueprint

from integrations import front_door
from integrations.atlassian import callback
from integrations.console import Broadcast, api, vitals
from integrations.directory import CachedDirectory, NoAccounts
from integrations.doorman import SwitchDoorman
from integrations.gap import read_gap
from integrations.jira import webhook
from integrations.parts import Parts, given
from integrations.readiness import Readiness
from integrations.slack import client, http, listeners, socket
from integrations.store.ledger import PostgresLedger
from integrations.store.switchboard import Switchboard
from integrations.store.telling import PostgresTelling


def door(parts: Parts) -> front_door.Door:
    """Wire the front door; nothing listens yet."""
    settings, database = parts.settings, parts.database
    web = client.web_client(given(settings.slack_bot_token), settings.slack_api_url)
    signing = settings.slack_signing_secret
    bolt = client.bolt_app(web, signing.reveal() if signing else None)
    switchboard = Switchboard(database, parts.queue)
    doorman = SwitchDoorman(
        colleagues=CachedDirectory(NoAccounts(), parts.chat),
        directory=parts.directory,
        rulebook=parts.rulebook,
        switchboard=switchboard,
    )
    listeners.attach(bolt, parts.intake, doorman, parts.clock)
    telling = PostgresTelling(ledger=PostgresLedger(database), items=parts.items, records=parts.records)
    broadcast = Broadcast(telling)
    routes = [
        webhook.blueprint(parts.intake, parts.clock, settings.jira_webhook_secret, parts.named_fields),
        api.blueprint(telling, broadcast, settings.api_token),
        vitals.blueprint(Readiness(database, parts.rulebook), telling, partial(read_gap, parts.progress)),
        *([http.blueprint(bolt, signing.reveal())] if signing else []),
        *_consents(parts),
    ]
    token = settings.slack_app_token
    connect = partial(socket.start_socket, bolt, token.reveal()) if token else None
    app = front_door.door_app(routes)
    return front_door.Door(app, settings.host, settings.port, connect=connect, closing=broadcast.stop)


def _consents(parts: Parts) -> list[Blueprint]:
    """Wire where people come back to who let us answer Jira in their own names."""
    if parts.grants is None:
        return []
    return [callback.blueprint(parts.grants, parts.directory, parts.rulebook, parts.intake, parts.clock)]
