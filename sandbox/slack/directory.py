"""auth.test, api.test, users.*, usergroups.*, team.info, bots.info, apps.connections.open."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.records import Json
from sandbox.slack.render import bot_json, user_json


def auth_test(call: SlackCall) -> Json:
    """auth.test."""
    slack = call.slack
    return {
        "url": f"https://{slack.team['domain']}.slack.com/",
        "team": slack.team["name"],
        "user": slack.bot_name,
        "team_id": slack.team["id"],
        "user_id": slack.bot_user_id,
        "bot_id": slack.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: SlackCall) -> Json:
    """api.test: tells the arguments again, or the error that was asked for."""
    if error := call.text("error"):
        raise SlackError(error)
    return {"args": {name: value for name, value in call.arguments.items() if name != "token"}}


def open_connection(call: SlackCall) -> Json:
    """apps.connections.open: a URL for one socket."""
    return {"url": call.world.outlet.hub.new_link()}


def user_info(call: SlackCall) -> Json:
    """users.info."""
    return {"user": user_json(call.slack, call.user())}


def list_users(call: SlackCall) -> Json:
    """users.list."""
    page = call.page([user_json(call.slack, user) for user in call.slack.users.values()], "members", size=1000)
    return {**page, "cache_ts": 1_700_000_000}


def lookup_by_email(call: SlackCall) -> Json:
    """users.lookupByEmail: members only, in any case of letters."""
    wanted = call.needed("email").lower()
    for user in call.slack.users.values():
        if user.email.lower() == wanted and not user.deleted and not user.is_stranger:
            return {"user": user_json(call.slack, user)}
    raise SlackError("users_not_found")


def list_groups(call: SlackCall) -> Json:
    """usergroups.list."""
    told = call.flag("include_users")
    team = call.slack.team["id"]
    shown = []
    for group in call.slack.groups:
        said = {"team_id": team, "is_usergroup": True, "is_subteam": True, "is_external": False, "description": ""}
        users = {"users": group["users"]} if told else {}
        rest = {"id": group["id"], "handle": group["handle"], "name": group["name"]}
        shown.append({**said, **rest, **users, "user_count": len(group["users"]), "date_create": 0, "date_update": 0})
    return {"usergroups": shown}


def list_group_users(call: SlackCall) -> Json:
    """usergroups.users.list."""
    wanted = call.needed("usergroup")
    group = next((group for group in call.slack.groups if group["id"] == wanted), None)
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group["users"]}


def team_info(call: SlackCall) -> Json:
    """team.info."""
    team = call.slack.team
    said = {"id": team["id"], "name": team["name"], "domain": team["domain"], "email_domain": ""}
    return {"team": {**said, "url": f"https://{team['domain']}.slack.com/", "icon": {"image_default": True}}}


def list_emoji(call: SlackCall) -> Json:
    """emoji.list: the workspace has none of its own."""
    return {"emoji": {}, "cache_ts": call.slack.next_ts()}


def bot_info(call: SlackCall) -> Json:
    """bots.info."""
    wanted = call.text("bot")
    if wanted not in (None, call.slack.bot_id):
        raise SlackError("bot_not_found")
    return {"bot": {name: value for name, value in bot_json(call.slack).items() if name != "team_id"}}
