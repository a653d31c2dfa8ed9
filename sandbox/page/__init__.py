"""The page to look at and to click: one self-contained HTML page over the control API and Jira's REST API."""

from pathlib import Path

from flask import Flask, Response

HERE = Path(__file__).parent


def page_app() -> Flask:
    """The WSGI application of the page port."""
    app = Flask("sandbox.page")
    html = page()
    app.add_url_rule("/", "page", lambda: Response(html, content_type="text/html; charset=utf-8"))
    app.add_url_rule("/archives/<channel>/<message>", "permalink", lambda **_: Response(html, content_type="text/html"))
    return app


def page() -> str:
    """The page with its style and its scripts inside."""
    html = (HERE / "page.html").read_text(encoding="utf-8")
    for name in ("page.css", "parts.js", "slack.js", "jira.js"):
        html = html.replace(f"/* {name} */", (HERE / name).read_text(encoding="utf-8"))
    return html
