"""Jira's front door: routes, Basic authentication, JSON in and out, one lock around every request.

What the gateway passes on comes with the account of whoever lets the app act as them.
"""

import json
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.agile.door import AGILE_ROUTES
from sandbox.desk.call import in_desk_words
from sandbox.desk.door import DESK_ROUTES
from sandbox.jira.call import Call, JiraError
from sandbox.jira.payloads import lens_of
from sandbox.jira.records import Account
from sandbox.jira.routes import API_ROUTES, PLAIN_ROUTES, Handler
from sandbox.jira.upload import File
from sandbox.routing import Route, routed
from sandbox.world import World

Refusal = Callable[[JiraError], Any]
API_PLACE = "/rest/api/<any('2','3','latest'):version>/"
AGILE_PLACE = "/rest/agile/1.0/"
DESK_PLACE = "/rest/servicedeskapi/"
LARGEST_BODY = 10 * 1024 * 1024
#: Where the gateway says as whom it passes a request on; no client can say it.
AS_ACCOUNT = "sandbox.account"


def jira_app(world: World) -> Flask:
    """The WSGI application of the Jira port."""
    serve = partial(partial, _serve, world)
    routes: list[Route] = [(method, f"{API_PLACE}{path}", serve(handler)) for method, path, handler in API_ROUTES]
    routes += [(method, path, serve(handler, version="2")) for method, path, handler in PLAIN_ROUTES]
    routes += [(method, f"{AGILE_PLACE}{path}", serve(handler, version="2")) for method, path, handler in AGILE_ROUTES]
    routes += [
        (method, f"{DESK_PLACE}{path}", serve(handler, in_desk_words, version="2"))
        for method, path, handler in DESK_ROUTES
    ]
    app = routed("sandbox.jira", routes)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_error_handler(HTTPException, _http_error)
    return app


def _serve(
    world: World, handler: Handler, refusal: Refusal = attrgetter("body"), *, version: str, **path: str
) -> Response:
    try:
        with world.lock:
            account = _authenticate(world)
            lens = lens_of(world, "3" if version == "3" else "2", account.account_id)
            call = Call(
                world=world,
                account=account,
                lens=lens,
                line=f"{request.method} {request.full_path.rstrip('?')}",
                query=request.args,
                payload=_payload(),
            )
            _limit(world, path.get("key"))
            status, body = handler(call, **path)
            world.jira.index.settle(world.jira.issues)
            return _respond(status, body)
    except JiraError as error:
        response = _respond(error.status, refusal(error))
        response.headers.update(error.headers)
        return response


def _limit(world: World, key: str | None) -> None:
    issue = world.jira.issue(key or "")
    refused = world.jira.limits.refused(request.method, str(request.url_rule), issue.key if issue else None)
    if refused:
        raise JiraError(429, "Rate limit exceeded.", headers=refused.headers())


def _authenticate(world: World) -> Account:
    passed_on = world.jira.accounts.get(request.environ.get(AS_ACCOUNT, ""))
    if passed_on is not None and passed_on.active:
        return passed_on
    given = request.authorization
    if given is not None and given.type == "basic" and given.password in world.jira.tokens:
        account = world.jira.account_by_email(given.username or "")
        if account is not None and account.active:
            return account
    raise JiraError(401, "Client must be authenticated to access this resource.")


def _payload() -> Any:
    if request.mimetype == "multipart/form-data":
        return _files()
    if request.method == "GET" or not request.data:
        return None
    try:
        return json.loads(request.data)
    except ValueError as error:
        raise JiraError(400, "There was an error parsing JSON. Check that your request body is valid.") from error


def _files() -> list[File]:
    if request.headers.get("X-Atlassian-Token", "") not in ("no-check", "nocheck"):
        raise JiraError(403, "XSRF check failed")
    return [
        File(name=sent.filename or "file", kind=sent.mimetype, content=sent.read())
        for sent in request.files.getlist("file")
    ]


def _respond(status: int, body: Any) -> Response:
    if isinstance(body, File):
        place = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(body.name)}"}
        return Response(body.content, status, place, content_type=body.kind)
    raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    response = Response(raw, status=status)
    response.headers["Content-Type"] = "application/json;charset=UTF-8"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Jira"'
        response.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
    return response


def _http_error(error: HTTPException) -> Response:
    refused = JiraError(error.code or 500, error.description or error.name)
    return _respond(refused.status, in_desk_words(refused) if request.path.startswith(DESK_PLACE) else refused.body)
