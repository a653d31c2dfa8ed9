"""users.getPresence, users.profile.get, dnd.*: whether somebody can be reached now. Domain time."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.records import Availability, Json, User
from sandbox.slack.render import profile_json

MOST_USERS = 50


def get_presence(call: SlackCall) -> Json:
    """users.getPresence; a deactivated person is always away."""
    user = call.user() if call.text("user") else call.slack.users[call.slack.bot_user_id]
    presence = "away" if user.deleted else call.slack.how_reachable(user.id).presence
    return {"presence": presence}


def get_profile(call: SlackCall) -> Json:
    """users.profile.get: with the status, empty when its end has come."""
    user = call.user() if call.text("user") else call.slack.users[call.slack.bot_user_id]
    return {"profile": profile_json(call.slack, user)}


def dnd_info(call: SlackCall) -> Json:
    """dnd.info: the next quiet hours, and a snooze."""
    user = call.user() if call.text("user") else call.slack.users[call.slack.bot_user_id]
    how, now = call.slack.how_reachable(user.id), call.slack.now_s()
    snoozing = how.snoozed_until > now
    rest = {"snooze_endtime": how.snoozed_until, "snooze_remaining": how.snoozed_until - now} if snoozing else {}
    return {**_quiet(call, user), "snooze_enabled": snoozing, **rest}


def dnd_team_info(call: SlackCall) -> Json:
    """dnd.teamInfo of up to 50 people."""
    wanted = [word for word in (call.text("users") or "").split(",") if word]
    if not wanted:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: users")
    if len(wanted) > MOST_USERS:
        raise SlackError("too_many_users")
    people = [call.slack.users[identity] for identity in wanted if identity in call.slack.users]
    return {"users": {user.id: _quiet(call, user) for user in people}}


def _quiet(call: SlackCall, user: User) -> Json:
    start, end = quiet_hours(call.slack.how_reachable(user.id), user.time_zone, call.slack.clock.now())
    return {"dnd_enabled": start < end, "next_dnd_start_ts": start, "next_dnd_end_ts": end}


def quiet_hours(how: Availability, zone: str, now: datetime) -> tuple[int, int]:
    """The quiet hours that last now or come next, as seconds since 1970; (1, 1) when somebody has none, as Slack."""
    if how.quiet_from == how.quiet_until:
        return 1, 1
    here = now.astimezone(ZoneInfo(zone))
    since, until = time.fromisoformat(how.quiet_from), time.fromisoformat(how.quiet_until)
    lasts = timedelta(days=int(until <= since))
    days = [here.date() + timedelta(days=n) for n in (-1, 0, 1)]
    spans = [
        (datetime.combine(day, since, here.tzinfo), datetime.combine(day + lasts, until, here.tzinfo)) for day in days
    ]
    start, end = next((start, end) for start, end in spans if end > here)
    return int(start.timestamp()), int(end.timestamp())
