"""The control API `/_sandbox/...` on all ports: what people do in Slack, the clock, faults, and what happened."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import msgspec
from flask import Flask, Response, request

from sandbox.bot import Bot, BotError
from sandbox.clock import epoch_ms, iso_z, read_moment
from sandbox.faults import read_fault
from sandbox.heldback import next_held_back
from sandbox.history import HistoryError
from sandbox.jira.payloads import lens_of
from sandbox.jira.webhooks import EVENTS
from sandbox.routing import routed
from sandbox.saving import put_back, saved
from sandbox.slack import acts, modals, pressing
from sandbox.slack.acting import ActError
from sandbox.slack.events import tell_home_opened
from sandbox.slack.files import readable
from sandbox.slack.render import message_json
from sandbox.slack.screen import screen
from sandbox.twins.building import build
from sandbox.world import World

Json = dict[str, Any]
CONNECTED = "connected by the control API"
Act = Callable[[World, Json], Json]
ACTS: dict[str, Act] = {
    "slack/message": acts.write,
    "slack/edit": acts.edit,
    "slack/reaction": acts.react,
    "slack/join": acts.join,
    "slack/command": pressing.command,
    "slack/press": pressing.press,
    "slack/shortcut": pressing.shortcut,
    "slack/suggest": pressing.suggest,
    "slack/availability": acts.be_available,
    "slack/submit": modals.submit,
    "slack/close": modals.close,
    "pipeline/build": build,
}


class ControlError(ValueError):
    """A request that the control API cannot follow."""


def control_app(world: World) -> Flask:
    """The WSGI application under /_sandbox."""
    routes: list[tuple[str, str, Callable[..., Any]]] = [
        ("GET", "effects", lambda: world.effects.after(int(request.args.get("after", 0)))),
        ("GET", "clock", lambda: _clock(world)),
        ("POST", "clock", lambda: _set_clock(world, _body())),
        ("POST", "connect", lambda: connect(world, _body())),
        ("GET", "webhooks", world.webhooks.listed),
        ("POST", "webhooks/redeliver", lambda: _redeliver(world, _body())),
        ("GET", "events", world.outlet.listed),
        ("GET", "idle", lambda: {"idle": world.webhooks.idle() and world.outlet.idle()}),
        ("GET", "asked", lambda: {"seconds_ago": time.monotonic() - world.pulse.asked_s}),
        ("GET", "faults", world.faults.listed),
        ("POST", "faults", lambda: _add_fault(world, _body())),
        ("DELETE", "faults", lambda: _clear_faults(world)),
        ("GET", "slack/screen", lambda: screen(world, request.args.get("user", ""))),
        ("GET", "slack/messages", lambda: _messages(world, request.args.get("channel", ""))),
        ("GET", "slack/files/<identity>", lambda identity: _file(world, identity)),
        ("POST", "slack/home", lambda: _open_home(world, _body())),
        ("POST", "slack/disconnect", lambda: _disconnect(world)),
        ("POST", "jira", lambda: _set_jira(world, _body())),
        ("POST", "atlassian", lambda: _set_atlassian(world, _body())),
        ("GET", "jira/issues/<key>", lambda key: _issue(world, key)),
        ("GET", "people", lambda: _people(world)),
        ("GET", "bot", lambda: world.witness.listed(int(request.args.get("after", 0)))),
        ("GET", "bot/trail/<key>", world.witness.trail),
        ("POST", "replay/next", lambda: next_held_back(world)),
        ("GET", "replay/truth", lambda: {"links": world.held_back.links}),
        ("GET", "state", partial(_save, world)),
        ("POST", "state", partial(_load, world)),
    ]
    routes += [("POST", path, lambda act=act: act(world, _body())) for path, act in ACTS.items()]
    answers = [(method, f"/{path}", _json(view)) for method, path, view in routes]
    return routed("sandbox.control", [*answers, ("GET", "/stream", partial(_stream, world))])


def _file(world: World, identity: str) -> Response:
    """What was uploaded, for the page."""
    found = readable(world.slack, identity)
    return Response(found[0], content_type=found[1]) if found else _respond(404, {"ok": False, "error": "no such file"})


def connect(world: World, asked: Json) -> Json:
    """Say where the bot listens; null takes it away, what is not named stays."""
    if "webhook" in asked:
        for known in [hook for hook in world.webhooks.hooks.values() if hook.name == CONNECTED]:
            del world.webhooks.hooks[known.id]
        if hook := asked["webhook"]:
            url, secret = _needed(hook, "url"), hook.get("secret")
            world.webhooks.register(name=CONNECTED, url=url, secret=secret, events=EVENTS)
            if pauses := hook.get("retry_pauses_s"):
                world.webhooks.retry_after([float(pause) for pause in pauses])
    if "slack" in asked:
        app = asked["slack"] or {}
        world.outlet.request_url = _needed(app, "request_url") if app else None
        world.outlet.signing_secret = app.get("signing_secret") or ""
        if pauses := app.get("retry_pauses_s"):
            world.outlet.retry_after([float(pause) for pause in pauses])
    if "bot" in asked:
        bot = asked["bot"]
        world.witness.follow(Bot(url=_needed(bot, "url"), token=_needed(bot, "token")) if bot else None)
    return {"ok": True}


def _json(view: Callable[..., Any]) -> Callable[..., Response]:
    def answer(**path: str) -> Response:
        try:
            said = view(**path)
            return said if isinstance(said, Response) else _respond(200, said)
        except (ControlError, ActError, BotError, HistoryError, msgspec.ValidationError, ValueError) as error:
            return _respond(400, {"ok": False, "error": str(error)})

    return answer


def _respond(status: int, body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, default=str), status, content_type="application/json")


def _body() -> Json:
    body = json.loads(request.data or b"{}")
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def _needed(body: Json, name: str) -> str:
    if not isinstance(body.get(name), str):
        raise ControlError(f"{name!r} is missing")
    return str(body[name])


def _clock(world: World) -> Json:
    now = world.clock.now()
    return {"now": iso_z(now), "epoch_ms": epoch_ms(now), "speed": world.clock.speed}


def _save(world: World) -> Response:
    return Response(saved(world), content_type="application/json")


def _load(world: World) -> Json:
    put_back(world, request.get_data())
    return {"ok": True}


def _set_clock(world: World, asked: Json) -> Json:
    if "now" in asked:
        world.clock.set(read_moment(_needed(asked, "now")))
    if "speed" in asked:
        world.clock.set_speed(float(asked["speed"]))
    if "advance_seconds" in asked:
        world.clock.advance(float(asked["advance_seconds"]))
    return _clock(world)


def _stream(world: World) -> Response:
    events = world.pulse.stream()
    if events is None:
        return _respond(503, {"ok": False, "error": "too many pages listen already"})
    return Response(events, content_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _set_jira(world: World, asked: Json) -> Json:
    jira = world.jira
    with world.lock:
        if "search_lag_s" in asked:
            jira.index.set_lag(float(asked["search_lag_s"]), jira.issues)
        if limits := asked.get("limits"):
            jira.limits.set(burst=limits.get("burst"), per_issue=bool(limits.get("per_issue")))
        return {
            "search_lag_s": jira.index.lag_s,
            "limits": {"burst": jira.limits.burst, "per_issue": jira.limits.per_issue},
        }


def _set_atlassian(world: World, asked: Json) -> Json:
    with world.lock:
        if "access_seconds" in asked:
            world.atlassian.access_seconds = float(asked["access_seconds"])
        if "leeway_seconds" in asked:
            world.atlassian.leeway_seconds = float(asked["leeway_seconds"])
        return {
            "access_seconds": world.atlassian.access_seconds,
            "leeway_seconds": world.atlassian.leeway_seconds,
            "consents": sorted(world.atlassian.consents),
        }


def _redeliver(world: World, asked: Json) -> Json:
    if not world.webhooks.redeliver(int(asked.get("n", 0))):
        raise ControlError(f"there is no delivery {asked.get('n')}")
    return {"ok": True}


def _add_fault(world: World, asked: Json) -> Json:
    world.faults.add(read_fault(asked))
    return {"ok": True}


def _clear_faults(world: World) -> Json:
    world.faults.clear()
    world.webhooks.release()
    world.outlet.release()
    return {"ok": True}


def _messages(world: World, name: str) -> list[Json]:
    with world.lock:
        channel = world.slack.channel(name)
        if channel is None:
            raise ControlError(f"there is no channel {name!r}")
        return [message_json(world.slack, channel, m) for m in channel.messages if not m.only_for]


def _open_home(world: World, asked: Json) -> Json:
    with world.lock:
        user = _needed(asked, "user")
        if user not in world.slack.users:
            raise ControlError(f"there is no person {user!r} in Slack")
        tell_home_opened(world, user)
    return {"ok": True}


def _disconnect(world: World) -> Json:
    world.outlet.hub.disconnect_all("refresh_requested")
    return {"ok": True}


def _issue(world: World, key: str) -> Json:
    with world.lock:
        issue = world.jira.issue(key)
        if issue is None:
            raise ControlError(f"there is no issue {key}")
        lens = lens_of(world)
        return {
            **lens.issue(issue, lens.fields(issue)),
            "comments": [lens.comment(issue, comment, with_properties=True) for comment in issue.comments],
            "changelog": [lens.history(entry) for entry in issue.history],
            "properties": issue.properties,
            "remote_links": [lens.remote_link(issue, link) for link in issue.remote_links],
        }


def _people(world: World) -> Json:
    with world.lock:
        people = [asdict(user) for user in world.slack.users.values()]
        return {"people": people, "token": next(iter(sorted(world.jira.tokens)), "")}
