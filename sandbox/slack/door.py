"""Slack's front door: the Web API, response URLs, the bytes of files, and the page where somebody allows the app."""

import json
import time
from functools import partial
from typing import Any

from flask import Flask, Response, request

from sandbox.routing import routed
from sandbox.slack.answers import ResponseUrlError, answer_by_url
from sandbox.slack.call import SlackCall, SlackError, scope_for
from sandbox.slack.files import LARGEST_FILE, readable, take_bytes
from sandbox.slack.limits import RateLimitedError, spend_call
from sandbox.slack.methods import METHODS
from sandbox.slack.records import FAMILIES, Json
from sandbox.slack.tokens import authorize, standing
from sandbox.world import World


def slack_app(world: World) -> Flask:
    """The WSGI application of the Slack port."""
    app = routed(
        "sandbox.slack",
        [
            ("GET", "/api/<method>", partial(_api, world)),
            ("POST", "/api/<method>", partial(_api, world)),
            ("POST", "/upload/v1/<ticket>", partial(_upload, world)),
            ("GET", "/files-pri/<identity>", partial(_file, world)),
            ("GET", "/oauth/v2/authorize", partial(_authorize, world)),
            ("POST", "/hooks/<token>", partial(_hook, world)),
        ],
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FILE + 1024 * 1024
    return app


def _api(world: World, method: str) -> Response:
    try:
        with world.lock:
            return _respond(world, {"ok": True, **_run(world, method)})
    except SlackError as error:
        return _respond(world, error.body)
    except RateLimitedError as error:
        response = _respond(world, {"ok": False, "error": "ratelimited"})
        response.status_code = 429
        response.headers["Retry-After"] = str(error.wait_s)
        return response


def _run(world: World, name: str) -> Json:
    slack, method = world.slack, METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    arguments, login = _arguments(), request.authorization
    token = login.token if login is not None and login.type == "bearer" else arguments.get("token")
    if method.caller != "anybody":
        if not token:
            raise SlackError("not_authed")
        if refusal := standing(slack, str(token), method.caller):
            raise SlackError(refusal)
    if method.per_minute is not None:
        spend_call(slack, name, method.per_minute)
    basic = login is not None and login.type == "basic"
    call = SlackCall(
        world=world,
        line=f"{request.method} /api/{name}",
        arguments=arguments,
        token=str(token),
        scope=method.scope,
        login=(str(login.username), str(login.password)) if login is not None and basic else None,
    )
    if method.caller == "bot" and method.scope:
        _check_scope(call, method.scope)
    return method.answer(call)


def _check_scope(call: SlackCall, scope: str) -> None:
    if not scope.startswith("*"):
        call.needs(scope)
        return
    possible = [scope_for(family, scope) for family in FAMILIES.values()]
    if not set(possible) & call.slack.scopes:
        provided = ",".join(sorted(call.slack.scopes))
        raise SlackError("missing_scope", needed=",".join(possible), provided=provided)


def _arguments() -> Json:
    if not request.is_json:
        return {**request.args.to_dict(), **request.form.to_dict()}
    if not request.data:
        return request.args.to_dict()
    try:
        body = json.loads(request.data)
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _respond(world: World, body: Json) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")
    response.headers["x-oauth-scopes"] = ",".join(sorted(world.slack.scopes))
    response.headers["x-slack-req-id"] = f"{time.monotonic_ns():x}"
    return response


def _hook(world: World, token: str) -> Response:
    try:
        body: Any = json.loads(request.data)
    except ValueError:
        body = None
    try:
        with world.lock:
            answer_by_url(world, token, body)
    except ResponseUrlError as error:
        return Response(json.dumps({"ok": False, "error": error.code}), error.status, content_type="application/json")
    except SlackError as error:
        return Response(json.dumps(error.body), 400, content_type="application/json")
    return Response('{"ok":true}', content_type="application/json")


def _upload(world: World, ticket: str) -> Response:
    content = request.get_data()  # before any parsing, since urllib calls raw bytes a form
    if request.mimetype == "multipart/form-data":
        content = next((sent.read() for sent in request.files.values()), b"")
    with world.lock:
        refusal = take_bytes(world.slack, ticket, content)
    return Response(refusal or f"OK - {len(content)}", 400 if refusal else 200, content_type="text/plain")


def _file(world: World, identity: str) -> Response:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    with world.lock:
        if standing(world.slack, token, "bot") or "files:read" not in world.slack.scopes:
            return Response("", 302, headers={"Location": f"{world.places.page}/?redir=/files-pri/{identity}"})
        found = readable(world.slack, identity)
    if found is None:
        return Response("", 404)
    return Response(found[0], content_type=found[1])


def _authorize(world: World) -> Response:
    asked = request.args.to_dict()
    with world.lock:
        slack = world.slack
        if asked.get("client_id") != slack.authorization.client_id or not asked.get("redirect_uri"):
            return Response("invalid client_id or redirect_uri", 400, content_type="text/plain")
        people = (user.id for user in slack.users.values() if not (user.is_bot or user.deleted or user.is_stranger))
        who = asked.get("user") or next(people, slack.bot_user_id)
        return Response("", 302, headers={"Location": authorize(slack, asked, who)})
