"""The control API of the stage, below /_sandbox/stories on all ports: list, state, start, pause, stop, speed."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask, Response, request

from sandbox.bot import Bot
from sandbox.playing.company import Refused
from sandbox.playing.script import StoryError
from sandbox.playing.stage import Stage, StageError
from sandbox.routing import routed

Json = dict[str, Any]


class Start(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which story to begin; `bot` and `token` where the sandbox was not told of the bot."""

    name: str
    speed: float | None = None
    leaps: bool = False
    seed: str = "1"
    bot: str | None = None
    token: str = ""


class Pace(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How fast to go on."""

    speed: float | None = None
    leaps: bool | None = None


def stage_app(stage: Stage) -> Flask:
    """The WSGI application below /_sandbox/stories."""
    routes: list[tuple[str, str, Callable[[], Any]]] = [
        ("GET", "/", stage.listed),
        ("GET", "/state", lambda: stage.shown(int(request.args.get("after", 0)))),
        ("POST", "/start", lambda: _start(stage, msgspec.json.decode(request.get_data(), type=Start))),
        ("POST", "/pause", stage.pause),
        ("POST", "/resume", stage.resume),
        ("POST", "/stop", stage.stop),
        ("POST", "/speed", lambda: _set_pace(stage, msgspec.json.decode(request.get_data(), type=Pace))),
    ]
    return routed("sandbox.playing", [(method, path, _view(stage, act)) for method, path, act in routes])


def _start(stage: Stage, asked: Start) -> None:
    if asked.bot:
        stage.bot = Bot(url=asked.bot, token=asked.token)
    stage.start(asked.name, speed=asked.speed, leaps=asked.leaps, seed=asked.seed)


def _set_pace(stage: Stage, asked: Pace) -> None:
    stage.set_pace(speed=asked.speed, leaps=asked.leaps)


def _view(stage: Stage, act: Callable[[], Any]) -> Callable[[], Response]:
    def answer() -> Response:
        try:
            body = act()
            return _respond(200, stage.shown() if body is None else body)
        except (StageError, StoryError, Refused, msgspec.DecodeError, ValueError) as error:
            return _respond(400, {"ok": False, "error": str(error)})

    return answer


def _respond(status: int, body: Json) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json")
