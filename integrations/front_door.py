"""The front door: one process that takes webhooks, Slack's requests and readers of the API. It decides nothing slow."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from flask import Blueprint, Flask, jsonify
from flask.wrappers import Response
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

THREADS = 24
_LARGEST_BODY = 10 * 1024 * 1024
_GRACE_S = 5


def door_app(routes: Sequence[Blueprint]) -> Flask:
    """Make the application of its parts; every refusal is JSON with a sentence in `error`."""
    app = Flask("yardmaster")
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    for part in routes:
        app.register_blueprint(part)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description or error.name), error.code or 500

    return app


class Socket(Protocol):
    """A connection by which payloads come in without a public address."""

    def close(self) -> None:
        """Hang up."""
        ...


class Door:
    """Listens from its making on, so that a taken port is told at once; answers while it runs."""

    def __init__(
        self,
        app: Flask,
        host: str,
        port: int,
        *,
        connect: Callable[[], Socket] | None,
        closing: Callable[[], None],
    ) -> None:
        """Listen; raises OSError when the port is taken.

        Args:
            app: what answers.
            host: where to listen.
            port: where to listen, 0 for any free one.
            connect: opens the socket when the door runs.
            closing: ends what would keep a request open.
        """
        self._sockets: dict[int, object] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            host=host,
            port=port,
            threads=THREADS,
            ident="yardmaster",
            channel_request_lookahead=1,  # so that a stream's reader who hung up is noticed
        )
        self._connect, self._closing = connect, closing
        self.url = f"http://{host}:{self._server.effective_port}"

    def run(self) -> None:
        """Answer until stopped; what is being answered then is finished."""
        socket = self._connect() if self._connect is not None else None
        try:
            self._server.run()
        finally:
            if socket is not None:
                socket.close()
            self._closing()
            self._server.task_dispatcher.shutdown(timeout=_GRACE_S)

    def stop(self) -> None:
        """Take nothing more in and let `run` end; may be called from a signal handler."""
        with suppress(OSError):  # where an answer that ended just now woke the loop, it has closed everything already
            self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._sockets))
