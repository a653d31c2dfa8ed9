"""Atlassian's front doors: `/atlassian/auth`, where people consent and tokens are given, and `/atlassian/api`.

The second is the gateway: it tells which sites a token is for, and passes requests on to Jira as whoever consented.

Source: https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
"""

import json
import urllib.parse
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, redirect, request

from sandbox.atlassian.pages import apps_page, consent_page, wrong_page
from sandbox.atlassian.scopes import lacking
from sandbox.atlassian.state import CLOUD_ID, AtlassianState, Consent, Pair
from sandbox.faulty_door import FaultyDoor, WsgiApp
from sandbox.jira.door import AS_ACCOUNT
from sandbox.jira.records import Account
from sandbox.routing import routed
from sandbox.world import World

SERVICE = "atlassian"
ASKED = ("audience", "client_id", "scope", "redirect_uri", "state", "response_type", "prompt")
SITE = f"/ex/jira/{CLOUD_ID}"
UNAUTHORIZED = {"code": 401, "message": "Unauthorized"}
WRONG_SCOPE = {"code": 401, "message": "Unauthorized; scope does not match"}
Json = dict[str, Any]
Start = Callable[..., Any]


def atlassian_doors(world: World, jira: WsgiApp) -> dict[str, WsgiApp]:
    """The WSGI applications by the path that leads to them; what the gateway passes on goes to `jira`."""
    doors: dict[str, WsgiApp] = {"/atlassian/auth": _auth_app(world), "/atlassian/api": _Gateway(world, jira)}
    return {path: FaultyDoor(app, world.faults, SERVICE) for path, app in doors.items()}


def _auth_app(world: World) -> Flask:
    return routed(
        "sandbox.atlassian",
        [
            ("GET", "/authorize", lambda: _ask(world)),
            ("POST", "/authorize", lambda: _answered(world)),
            ("POST", "/oauth/token", lambda: _token(world)),
            ("GET", "/apps", lambda: _apps(world)),
            ("POST", "/apps", lambda: _remove(world)),
        ],
    )


def _ask(world: World) -> Response:
    with world.lock:
        asked = {name: request.args.get(name, "") for name in ASKED}
        wrong = _wrong(world.atlassian, asked)
        if wrong is not None:
            return _page(wrong_page(wrong), 400)
        return _page(consent_page(asked, _people(world), world.places.jira))


def _answered(world: World) -> Response:
    with world.lock:
        asked = {name: request.form.get(name, "") for name in ASKED}
        account = request.form.get("account", "")
        wrong = _wrong(world.atlassian, asked)
        if wrong is None and account not in world.jira.accounts:
            wrong = "There is no such account."
        if wrong is not None:
            return _page(wrong_page(wrong), 400)
        if request.form.get("answer") != "accept":
            refused = {"error": "access_denied", "error_description": "User did not authorize the request"}
            return _back(asked, refused)
        scopes = tuple(dict.fromkeys(asked["scope"].split()))
        return _back(asked, {"code": world.atlassian.consented(account, scopes, asked["redirect_uri"])})


def _wrong(atlassian: AtlassianState, asked: dict[str, str]) -> str | None:
    there = urllib.parse.urlsplit(asked["redirect_uri"])
    if asked["client_id"] != atlassian.client_id:
        return "The app is not known (client_id)."
    if there.scheme not in ("http", "https") or not there.netloc:
        return "The redirect_uri is not one of the app's."
    if asked["response_type"] != "code" or asked["audience"] != "api.atlassian.com" or not asked["scope"]:
        return "The audience, the response_type or the scope is wrong."
    return None


def _back(asked: dict[str, str], said: dict[str, str]) -> Response:
    query = urllib.parse.urlencode({**said, "state": asked["state"]})
    return redirect(f"{asked['redirect_uri']}?{query}")  # type: ignore[return-value]  # werkzeug's, which Flask's is


def _token(world: World) -> Response:
    body = request.get_json(silent=True)
    given: Json = body if isinstance(body, dict) else {}
    with world.lock:
        kept = world.atlassian
        if (given.get("client_id"), given.get("client_secret")) != (kept.client_id, kept.client_secret):
            return _refuse(401, "access_denied", "Unauthorized")
        if given.get("grant_type") == "authorization_code":
            pair = kept.exchanged(str(given.get("code")), str(given.get("redirect_uri")))
            return _tokens(kept, pair) if pair else _refuse(403, "invalid_grant", "Invalid authorization code")
        if given.get("grant_type") == "refresh_token":
            pair = kept.refreshed(str(given.get("refresh_token")))
            return _tokens(kept, pair) if pair else _refuse(403, "invalid_grant", "Unknown or invalid refresh token.")
    return _refuse(400, "unsupported_grant_type", "The grant type is not supported")


def _tokens(kept: AtlassianState, pair: Pair) -> Response:
    said: Json = {
        "access_token": pair.access,
        "expires_in": int(kept.access_seconds),
        "token_type": "Bearer",
        "scope": " ".join(pair.consent.scopes),
    }
    return _json(200, said | ({"refresh_token": pair.refresh} if pair.refresh else {}))


def _apps(world: World) -> Response:
    with world.lock:
        return _page(apps_page([one for one in _people(world) if one.account_id in world.atlassian.consents]))


def _remove(world: World) -> Response:
    with world.lock:
        world.atlassian.withdrawn(request.form.get("account", ""))
    return _apps(world)


def _people(world: World) -> list[Account]:
    return sorted((one for one in world.jira.accounts.values() if one.active), key=lambda one: one.name)


def _page(html: str, status: int = 200) -> Response:
    return Response(html, status, {"Cache-Control": "no-store"}, content_type="text/html; charset=utf-8")


def _refuse(status: int, error: str, words: str) -> Response:
    return _json(status, {"error": error, "error_description": words})


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, {"Cache-Control": "no-store"}, content_type="application/json")


class _Gateway:
    """`api.atlassian.com`: bearer tokens in, Jira's own answers out."""

    def __init__(self, world: World, jira: WsgiApp) -> None:
        self._world = world
        self._jira = jira

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer a request, as WSGI wants it."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        with self._world.lock:
            consent = self._world.atlassian.bearer(token) if scheme == "Bearer" else None
        if consent is None:
            return _json(401, UNAUTHORIZED)(environ, start_response)
        if path == "/oauth/token/accessible-resources":
            return _json(200, self._resources(consent))(environ, start_response)
        there = path.removeprefix(SITE)
        if there == path or not there.startswith("/rest/"):
            return _json(404, {"code": 404, "message": "Not Found"})(environ, start_response)
        if lacking(method, there, consent.scopes):
            return _json(401, WRONG_SCOPE)(environ, start_response)
        known = {name: value for name, value in environ.items() if name != "HTTP_AUTHORIZATION"}
        return self._jira({**known, "SCRIPT_NAME": "", "PATH_INFO": there, AS_ACCOUNT: consent.account}, start_response)

    def _resources(self, consent: Consent) -> list[Json]:
        scopes = [scope for scope in consent.scopes if scope != "offline_access"]
        place = self._world.places.jira
        one = {"id": CLOUD_ID, "name": "sandbox", "url": place, "scopes": scopes, "avatarUrl": f"{place}/avatar.png"}
        return [one] if scopes else []
