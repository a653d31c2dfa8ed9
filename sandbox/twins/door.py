"""The front door that all twins have: bearer tokens, the world's lock, JSON; routes lead to handlers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.routing import routed
from sandbox.twins.call import Answer, TwinCall, TwinError
from sandbox.world import World

Handler = Callable[..., Answer]
LARGEST_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A twin: the service's name for faults and effects, its routes, and its way to say no."""

    service: str
    routes: Sequence[tuple[str, str, Handler]]
    refusal: Callable[[TwinError], Any]
    content_type: str = "application/json"
    refusal_type: str = "application/json"
    token_headers: tuple[str, ...] = field(default=())


def twin_app(world: World, twin: Twin) -> Flask:
    """The WSGI application of a twin."""
    routes = [(method, path, partial(_serve, world, twin, handler)) for method, path, handler in twin.routes]
    app = routed(f"sandbox.twins.{twin.service}", routes)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_error_handler(HTTPException, partial(_http_error, twin))
    return app


def _serve(world: World, twin: Twin, handler: Handler, **path: str) -> Response:
    try:
        with world.lock:
            call = TwinCall(
                world=world,
                service=twin.service,
                actor=_actor(world, twin),
                base=request.root_url.rstrip("/"),
                line=f"{request.method} {request.full_path.rstrip('?')}",
                query=request.args,
                headers=request.headers,
                raw=request.get_data(),
            )
            answer = handler(call, **path)
            raw = b"" if answer.body is None else msgspec.json.encode(answer.body)
    except TwinError as error:
        return _refuse(twin, error)
    return Response(raw, answer.status, dict(answer.headers), content_type=twin.content_type)


def _actor(world: World, twin: Twin) -> str:
    given = [request.headers.get(name, "") for name in twin.token_headers]
    given.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
    for token in given:
        if token in world.twins.tokens:
            return world.twins.tokens[token]
    raise TwinError(401, "unauthorized", "401 Unauthorized")


def _refuse(twin: Twin, error: TwinError) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    raw = msgspec.json.encode(twin.refusal(error))
    return Response(raw, error.status, headers, content_type=twin.refusal_type)


def _http_error(twin: Twin, error: HTTPException) -> Response:
    return _refuse(twin, TwinError(error.code or 500, error.name.lower().replace(" ", "_"), error.description or ""))
