"""Keeps the Socket Mode connection, through which Slack's payloads come without a public address.

It must not fail because Slack is down when it starts, nor block: it connects in the background, again and again. A
deployment keeps at most two such doors, since each event goes to one of them.
"""

import logging
import threading
from contextlib import suppress
from http.client import HTTPException
from itertools import chain, repeat
from socket import SHUT_RDWR
from typing import Final

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError

from integrations.slack.client import is_direct

_WAITS_S: Final = (1.0, 2.0, 5.0, 10.0)
_LONGEST_WAIT_S: Final = 30.0
_A_MOMENT_S: Final = 0.05
_log = logging.getLogger(__name__)


class Socket:
    """A connection that is kept until it is closed."""

    def __init__(self, app: App, app_token: str) -> None:
        """Make the client; `start` connects."""
        self._client = SocketModeHandler(app, app_token).client
        if is_direct(app.client.base_url):
            self._client.proxy = None
        self._closing = threading.Event()
        self._connecting = threading.Thread(target=self._connect, name="slack-socket", daemon=True)

    def start(self) -> None:
        """Begin to connect; the client itself connects again whenever the connection is lost later."""
        self._connecting.start()

    @property
    def is_connected(self) -> bool:
        """Whether payloads can come in now."""
        return bool(self._client.is_connected())

    def close(self) -> None:
        """Disconnect and let go of every thread. Payloads that are not acknowledged by then, Slack sends again."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._connecting.join()
        self._hang_up()
        self._end_session()
        try:
            self._client.close()
        except AttributeError:  # the client stumbles over a session that its own thread has just taken away
            self._client.message_workers.shutdown(wait=False)

    def _hang_up(self) -> None:
        """Wake the client's thread, which else notices only after its three seconds of waiting for a frame."""
        session = self._client.current_session
        self._client.auto_reconnect_enabled = False
        if session is not None and session.sock is not None:
            with suppress(OSError):  # the other side may have hung up already
                session.sock.shutdown(SHUT_RDWR)

    def _end_session(self) -> None:
        """Say that the session is over until the client's thread heeds it: it forgets that when it begins just then."""
        runner = self._client.current_session_runner
        runner.event.set()
        while runner.is_alive():
            self._client.current_session_state.terminated = True
            runner.thread.join(_A_MOMENT_S)

    def _connect(self) -> None:
        for wait in chain(_WAITS_S, repeat(_LONGEST_WAIT_S)):
            try:
                self._client.connect()
                return
            except (SlackClientError, HTTPException, OSError) as error:
                _log.warning("Slack's Socket Mode cannot be reached (%s), trying again", type(error).__name__)
            if self._closing.wait(wait):
                return


def start_socket(app: App, app_token: str) -> Socket:
    """Keep a connection for the app from now on. `app_token` begins with `xapp-`."""
    kept = Socket(app, app_token)
    kept.start()
    return kept
