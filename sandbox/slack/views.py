"""views.*: modals in a stack for each person, and the home tab."""

import secrets
import time

from sandbox.slack.blocks import view_problems
from sandbox.slack.call import SlackCall, SlackError, with_ids
from sandbox.slack.records import Json, View
from sandbox.slack.render import view_json
from sandbox.slack.state import SlackState

HIGHEST_STACK = 3


def open_view(call: SlackCall) -> Json:
    """views.open: a modal of its own; it replaces what the person had open."""
    user, trigger = _spend_trigger(call)
    view = new_view(call.slack, user, read_view(call), trigger)
    call.slack.stacks[user] = [view.id]
    return _done(call, "view.opened", view)


def push_view(call: SlackCall) -> Json:
    """views.push: on top of the open modal, three high at most."""
    body = read_view(call)
    user, trigger = _spend_trigger(call)
    view = put_on_top(call.slack, user, body, trigger)
    return _done(call, "view.pushed", view)


def update_view(call: SlackCall) -> Json:
    """views.update by view_id or external_id; a wrong hash is a conflict."""
    wanted, external = call.text("view_id"), call.text("external_id")
    for view in call.slack.views.values():
        if view.id == wanted or (external and view.body.get("external_id") == external):
            if call.text("hash") not in (None, view.hash):
                raise SlackError("hash_conflict")
            replace_view(call.slack, view, read_view(call))
            return _done(call, "view.updated", view)
    raise SlackError("not_found")


def publish_view(call: SlackCall) -> Json:
    """views.publish: the home tab of a person."""
    user, body = call.user("user_id"), read_view(call)
    if body["type"] != "home":
        raise SlackError("invalid_arguments", "[ERROR] only home views can be published [json-pointer:/view/type]")
    known = call.slack.homes.get(user.id)
    view = call.slack.views[known] if known else new_view(call.slack, user.id, body, None)
    replace_view(call.slack, view, body)
    call.slack.homes[user.id] = view.id
    return _done(call, "view.published", view)


def read_view(call: SlackCall) -> Json:
    """The view of a call, checked, with ids for its blocks."""
    return checked_view(call.slack, call.structure("view"))


def checked_view(slack: SlackState, view: object) -> Json:
    """A view as Slack keeps it; SlackError when it is not right."""
    if problems := view_problems(view):
        raise SlackError("invalid_arguments", *map(str, problems))
    body = dict(view) if isinstance(view, dict) else {}
    return {**body, "blocks": with_ids(slack, body["blocks"])}


def new_view(slack: SlackState, user: str, body: Json, trigger: str | None) -> View:
    """A view in the books."""
    identity = slack.next_id("V")
    view = View(id=identity, user=user, body=body, hash=_new_hash(), trigger=trigger, root=identity)
    slack.views[view.id] = view
    return view


def put_on_top(slack: SlackState, user: str, body: Json, trigger: str | None) -> View:
    """A view on top of somebody's open modal, three high at most."""
    stack = slack.stacks.get(user) or []
    if not stack or len(stack) >= HIGHEST_STACK:
        raise SlackError("push_limit_reached" if stack else "not_found")
    view = new_view(slack, user, body, trigger)
    view.root, view.previous = stack[0], stack[-1]
    slack.stacks[user] = [*stack, view.id]
    return view


def replace_view(slack: SlackState, view: View, body: Json) -> None:
    """Put another body into a view."""
    view.body, view.hash, view.errors = body, _new_hash(), {}


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _spend_trigger(call: SlackCall) -> tuple[str, str]:
    identity = call.needed("trigger_id")
    trigger = call.slack.triggers.get(identity)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if time.monotonic() > trigger.expires:
        raise SlackError("expired_trigger_id")
    if call.text("view") is None:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: view")
    read_view(call)
    trigger.used = True
    return trigger.user, identity


def _done(call: SlackCall, kind: str, view: View) -> Json:
    call.effect(kind, None, view.id)
    return {"view": view_json(call.slack, view)}
