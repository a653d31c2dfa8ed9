"""What people do with modals: submit and close them. Only the control API calls it."""

from sandbox.slack.acting import envelope, open_view_of, settle
from sandbox.slack.call import SlackError
from sandbox.slack.forms import input_mistakes, view_state
from sandbox.slack.outlet import Ack
from sandbox.slack.records import Json, View
from sandbox.slack.render import view_json
from sandbox.slack.views import checked_view, put_on_top, replace_view
from sandbox.world import World


def submit(world: World, asked: Json) -> Json:
    """Somebody submits a modal; what is missing or wrong comes back as `errors`."""
    with world.lock:
        slack = world.slack
        view = open_view_of(slack, asked)
        state = view_state(view.body["blocks"], asked.get("values") or {})
        if mistakes := input_mistakes(view.body["blocks"], state):
            return {"ok": False, "acked": False, "errors": mistakes}
        payload = envelope(slack, "view_submission", slack.users[view.user])
        payload |= {"view": view_json(slack, view, state), "response_urls": [], "hash": view.hash}
    ack = world.outlet.ask("interactive", payload)
    settle(world, slack.users[view.user], ack, None, "view_submission")
    with world.lock:
        errors = _conclude(world, view, ack) if ack.acked else {}
        top = slack.open_view(view.user)
        shown = view_json(slack, top) if top else None
    return {
        "ok": ack.acked and not errors,
        "acked": ack.acked,
        "errors": errors,
        "open_view": shown,
        "error": ack.error,
    }


def close(world: World, asked: Json) -> Json:
    """Somebody closes a modal, or with `all` the whole stack; the app hears of each that asked for it."""
    with world.lock:
        slack = world.slack
        view = open_view_of(slack, asked)
        whole = bool(asked.get("all") or view.body.get("clear_on_close"))
        stack = slack.stacks[view.user]
        slack.stacks[view.user] = [] if whole else stack[:-1]
        closed = [slack.views[identity] for identity in (reversed(stack) if whole else stack[-1:])]
        told = [_closed(world, one, whole) for one in closed if one.body.get("notify_on_close")]
    acks = [world.outlet.ask("interactive", payload) for payload in told] or [Ack(acked=True)]
    failed = next((ack for ack in acks if not ack.acked), acks[0])
    return {"ok": failed.acked, "acked": failed.acked, "error": failed.error}


def _closed(world: World, view: View, whole: bool) -> Json:
    payload = envelope(world.slack, "view_closed", world.slack.users[view.user])
    return payload | {"view": view_json(world.slack, view), "is_cleared": whole}


def _conclude(world: World, view: View, ack: Ack) -> dict[str, str]:
    slack, body = world.slack, ack.body if isinstance(ack.body, dict) else {}
    match body.get("response_action"):
        case "errors":
            view.errors = {str(block): str(text) for block, text in (body.get("errors") or {}).items()}
            return view.errors
        case "clear":
            slack.stacks[view.user] = []
        case "update" | "push" as kind:
            try:
                fresh = checked_view(slack, body.get("view"))
                if kind == "push":
                    put_on_top(slack, view.user, fresh, None)
                else:
                    replace_view(slack, view, fresh)
            except SlackError as error:
                slack.errors.setdefault(view.user, []).append(f"view_submission: {error.body}")
        case _:
            slack.stacks[view.user] = [identity for identity in slack.stacks.get(view.user, []) if identity != view.id]
    return {}
