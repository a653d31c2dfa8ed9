"""The admin webhooks, `/rest/webhooks/1.0/webhook`: listed, registered, changed and removed by who administers Jira.

Deviation from Jira: a JQL filter is kept as it is given, and no webhook is refused for it.
"""

from typing import Any

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.render import Json
from sandbox.jira.webhooks import Webhook


def list_webhooks(call: Call) -> Answer:
    """GET /rest/webhooks/1.0/webhook; secrets are never told."""
    _administers(call)
    return 200, [_told(call, hook) for hook in call.world.webhooks.hooks.values()]


def get_webhook(call: Call, number: str) -> Answer:
    """GET /rest/webhooks/1.0/webhook/{id}."""
    return 200, _told(call, _known(call, number))


def post_webhook(call: Call) -> Answer:
    """POST /rest/webhooks/1.0/webhook."""
    _administers(call)
    hook = call.world.webhooks.register(**{"secret": None, **_read(call.body())})
    call.effect("webhook.created", None, hook.id, _told(call, hook))
    return 201, _told(call, hook)


def put_webhook(call: Call, number: str) -> Answer:
    """PUT /rest/webhooks/1.0/webhook/{id}; a secret that is not named stays."""
    hook = _known(call, number)
    for name, value in _read(call.body()).items():
        setattr(hook, name, value)
    call.effect("webhook.updated", None, hook.id, _told(call, hook))
    return 200, _told(call, hook)


def delete_webhook(call: Call, number: str) -> Answer:
    """DELETE /rest/webhooks/1.0/webhook/{id}."""
    del call.world.webhooks.hooks[_known(call, number).id]
    return 204, None


def apps_only(call: Call) -> Answer:
    """The dynamic webhooks of `/rest/api/3/webhook`: no business of a user's, only of an app's."""
    raise JiraError(403, "Only Connect and OAuth 2.0 apps can use this operation.")


def _administers(call: Call) -> None:
    if not call.jira.administers(call.account):
        raise JiraError(403, "You do not have permission to administer webhooks.")


def _known(call: Call, number: str) -> Webhook:
    _administers(call)
    hook = call.world.webhooks.hooks.get(int(number)) if number.isdecimal() else None
    if hook is None:
        raise JiraError(404, "The webhook does not exist.")
    return hook


def _read(body: Json) -> dict[str, Any]:
    if not isinstance(body.get("name"), str) or not str(body.get("url", "")).startswith(("http://", "https://")):
        raise JiraError(400, "A webhook needs a name and an http(s) url.")
    filters: Json = body.get("filters") or {}
    return {
        "name": body["name"],
        "url": body["url"],
        "events": tuple(body.get("events") or ()),
        "jql": filters.get("issue-related-events-section", ""),
        "enabled": body.get("enabled", True),
        **({"secret": body["secret"]} if "secret" in body else {}),
    }


def _told(call: Call, hook: Webhook) -> Json:
    said = {"name": hook.name, "url": hook.url, "events": list(hook.events), "enabled": hook.enabled}
    place = f"{call.lens.base}/rest/webhooks/1.0/webhook/{hook.id}"
    told = {"excludeBody": False, "filters": {"issue-related-events-section": hook.jql}}
    return {**said, **told, "self": place, "isSigned": bool(hook.secret)}
