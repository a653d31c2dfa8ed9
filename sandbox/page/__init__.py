"""The page to look at and to click: plain files over the control API and Jira's REST API, nothing from elsewhere."""

from pathlib import Path

from flask import Flask, Response, send_from_directory

FILES = Path(__file__).parent / "files"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_app() -> Flask:
    """The WSGI application of the page port."""
    app = Flask("sandbox.page", static_folder=str(FILES), static_url_path="/page")
    app.add_url_rule("/", "page", _page)
    app.add_url_rule("/archives/<channel>/<message>", "permalink", lambda **_: _page())
    app.after_request(_guarded)
    return app


def _page() -> Response:
    return send_from_directory(FILES, "page.html")


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response
