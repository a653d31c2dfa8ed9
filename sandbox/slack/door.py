"""Slack's front door: `/api/{method}` for the bot, `/hooks/{token}` for response URLs."""

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from sandbox.slack import chat, conversations, directory, views
from sandbox.slack.answers import ResponseUrlError, answer_by_url
from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.records import Json
from sandbox.world import World

Handler = Callable[[SlackCall], Json]
#: The scope that each needs whatever it is about; conversations.* know themselves what the kind of channel asks for.
METHODS: dict[str, tuple[str, Handler]] = {
    "auth.test": ("", directory.auth_test),
    "api.test": ("", directory.api_test),
    "apps.connections.open": ("connections:write", directory.open_connection),
    "bots.info": ("users:read", directory.bot_info),
    "chat.delete": ("chat:write", chat.delete_message),
    "chat.getPermalink": ("", chat.get_permalink),
    "chat.postEphemeral": ("chat:write", chat.post_ephemeral),
    "chat.postMessage": ("chat:write", chat.post_message),
    "chat.update": ("chat:write", chat.update_message),
    "conversations.history": ("", conversations.history),
    "conversations.info": ("", conversations.info),
    "conversations.join": ("channels:join", conversations.join),
    "conversations.list": ("", conversations.list_channels),
    "conversations.members": ("", conversations.members),
    "conversations.open": ("im:write", conversations.open_direct),
    "conversations.replies": ("", conversations.replies),
    "reactions.add": ("reactions:write", chat.add_reaction),
    "team.info": ("team:read", directory.team_info),
    "usergroups.list": ("usergroups:read", directory.list_groups),
    "usergroups.users.list": ("usergroups:read", directory.list_group_users),
    "users.info": ("users:read", directory.user_info),
    "users.list": ("users:read", directory.list_users),
    "users.lookupByEmail": ("users:read.email", directory.lookup_by_email),
    "views.open": ("", views.open_view),
    "views.publish": ("", views.publish_view),
    "views.push": ("", views.push_view),
    "views.update": ("", views.update_view),
}
APP_LEVEL = frozenset({"apps.connections.open"})


def slack_app(world: World) -> Flask:
    """The WSGI application of the Slack port."""
    app = Flask("sandbox.slack")
    app.config["MAX_CONTENT_LENGTH"] = 10 * 1024 * 1024
    app.add_url_rule("/api/<method>", "api", lambda method: _api(world, method), methods=["GET", "POST"])
    app.add_url_rule("/hooks/<token>", "hooks", lambda token: _hook(world, token), methods=["POST"])
    return app


def _api(world: World, method: str) -> Response:
    try:
        with world.lock:
            return _respond(world, {"ok": True, **_run(world, method)})
    except SlackError as error:
        return _respond(world, error.body)
    except chat.RateLimitedError as error:
        response = _respond(world, {"ok": False, "error": "ratelimited"})
        response.status_code = 429
        response.headers["Retry-After"] = str(error.wait_s)
        return response


def _run(world: World, method: str) -> Json:
    if method not in METHODS:
        raise SlackError("unknown_method", req_method=method)
    scope, handler = METHODS[method]
    arguments = _arguments()
    slack = world.slack
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or arguments.get("token")
    if not token:
        raise SlackError("not_authed")
    app_level = method in APP_LEVEL
    if token != (slack.app_token if app_level else slack.bot_token):
        known = token in (slack.app_token, slack.bot_token)
        raise SlackError("not_allowed_token_type" if known else "invalid_auth")
    call = SlackCall(world=world, line=f"{request.method} /api/{method}", arguments=arguments)
    if scope and not app_level:
        call.needs(scope)
    return handler(call)


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
