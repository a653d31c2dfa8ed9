"""Confluence's front door: what stands under /wiki of the Jira site, for the same accounts and tokens."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.confluence import around, comments, pages
from sandbox.confluence.call import Answer, Call, ConfluenceError
from sandbox.confluence.search import search
from sandbox.jira.records import Account
from sandbox.routing import routed
from sandbox.world import World

Handler = Callable[..., Answer]
ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/api/v2/spaces", pages.list_spaces),
    ("GET", "/api/v2/spaces/<identity>", pages.get_space),
    ("GET", "/api/v2/pages", pages.list_pages),
    ("POST", "/api/v2/pages", pages.create_page),
    ("GET", "/api/v2/pages/<identity>", pages.get_page),
    ("PUT", "/api/v2/pages/<identity>", pages.update_page),
    ("DELETE", "/api/v2/pages/<identity>", pages.delete_page),
    ("GET", "/api/v2/spaces/<identity>/pages", pages.list_space_pages),
    ("GET", "/api/v2/pages/<identity>/labels", around.list_labels),
    ("GET", "/api/v2/pages/<identity>/children", around.list_children),
    ("GET", "/api/v2/pages/<identity>/direct-children", around.list_direct_children),
    ("GET", "/api/v2/pages/<identity>/versions", around.list_versions),
    ("GET", "/api/v2/pages/<identity>/versions/<number>", around.get_version),
    ("GET", "/api/v2/pages/<identity>/footer-comments", comments.list_comments),
    ("POST", "/api/v2/footer-comments", comments.post_comment),
    ("GET", "/api/v2/footer-comments/<identity>", comments.get_comment),
    ("PUT", "/api/v2/footer-comments/<identity>", comments.put_comment),
    ("DELETE", "/api/v2/footer-comments/<identity>", comments.delete_comment),
    ("GET", "/api/v2/footer-comments/<identity>/children", comments.list_answers),
    ("GET", "/rest/api/content/<identity>/label", around.old_labels),
    ("POST", "/rest/api/content/<identity>/label", around.add_labels),
    ("DELETE", "/rest/api/content/<identity>/label/<name>", around.remove_label),
    ("GET", "/rest/api/search", search),
)
LARGEST_BODY = 10 * 1024 * 1024


def confluence_app(world: World) -> Flask:
    """The WSGI application under /wiki."""
    app = routed(
        "sandbox.confluence", [(method, path, partial(_serve, world, handler)) for method, path, handler in ROUTES]
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_error_handler(HTTPException, _http_error)
    return app


def _serve(world: World, handler: Handler, **path: str) -> Response:
    try:
        with world.lock:
            call = Call(
                world=world,
                account=_authenticate(world),
                line=f"{request.method} {request.script_root}{request.full_path.rstrip('?')}",
                path=request.path,
                query=request.args,
                raw=request.get_data(),
            )
            status, body = handler(call, **path)
            return _respond(status, body)
    except ConfluenceError as error:
        return _refuse(error)


def _authenticate(world: World) -> Account:
    given = request.authorization
    if given is not None and given.type == "basic" and given.password in world.jira.tokens:
        account = world.jira.account_by_email(given.username or "")
        if account is not None and account.active and account.kind != "customer":
            return account
    raise ConfluenceError(401, "UNAUTHORIZED", "Unauthorized")


def _respond(status: int, body: Any) -> Response:
    raw = b"" if body is None else msgspec.json.encode(body)
    return Response(raw, status, content_type="application/json;charset=UTF-8")


def _refuse(error: ConfluenceError) -> Response:
    said = {"status": error.status, "code": error.code, "title": error.title, "detail": None}
    response = _respond(error.status, {"errors": [said]})
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Confluence"'
    return response


def _http_error(error: HTTPException) -> Response:
    return _refuse(ConfluenceError(error.code or 500, error.name.upper().replace(" ", "_"), error.description or ""))
