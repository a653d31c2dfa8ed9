"""The frameworks doing nothing, for comparison: the door's own server, Flask and Bolt, which stores nothing.

`python -m benchmarks.bare PORT` answers until it is told to end.
"""

import signal
import sys

from flask import Blueprint, Response, jsonify, request
from slack_bolt.adapter.flask import SlackRequestHandler

from benchmarks.payloads import SLACK_SECRET
from integrations.front_door import Door, door_app
from integrations.slack.client import bolt_app, web_client


def bare_door(port: int) -> Door:
    """Give a door like ours, whose routes only acknowledge; Bolt checks the signature, as it always does."""
    routes = Blueprint("bare", __name__)
    bolt = bolt_app(web_client("xoxb-bare", "http://127.0.0.1:9/api/"), SLACK_SECRET)
    bolt.event("message")(lambda: None)
    handler = SlackRequestHandler(bolt)

    @routes.post("/slack/events")
    def events() -> Response:
        return handler.handle(request)

    @routes.post("/jira/webhook")
    def webhook() -> Response:
        request.get_data(cache=False)
        return jsonify(stored=True)

    return Door(door_app([routes]), "127.0.0.1", port, connect=None, closing=lambda: None)


if __name__ == "__main__":
    opened = bare_door(int(sys.argv[1]))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: opened.stop())
    opened.run()
