"""Makes a Flask application from a table of routes. What Flask makes of a table is made once a process.

Tests start a sandbox each, and nine tenths of its start were the same 280 rules made anew.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

Route = tuple[str, str, Callable[..., Any]]


def routed(name: str, routes: Sequence[Route]) -> Flask:
    """An application that answers these and nothing else; a route is its method, its rule and its view."""
    app = Flask(name, static_folder=None)
    app.url_map = _rules(tuple((method, rule) for method, rule, _ in routes))
    app.view_functions = {f"{method} {rule}": view for method, rule, view in routes}
    return app


@cache
def _rules(lines: tuple[tuple[str, str], ...]) -> Map:
    return Map([Rule(rule, methods=[method], endpoint=f"{method} {rule}") for method, rule in lines])
