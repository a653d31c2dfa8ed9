"""The page to look at and to click: one HTML file that speaks to the control API and to Jira's REST API."""

from pathlib import Path

from flask import Flask, Response

from sandbox.world import World

PAGE = Path(__file__).parent / "page.html"


def page_app(world: World) -> Flask:
    """The WSGI application of the page port."""
    app = Flask("sandbox.page")
    html = PAGE.read_text(encoding="utf-8")
    app.add_url_rule("/", "page", lambda: Response(html, content_type="text/html; charset=utf-8"))
    return app
