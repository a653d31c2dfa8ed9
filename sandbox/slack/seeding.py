"""Fills Slack's state from the seed; used once, at the start."""

from sandbox.clock import Clock
from sandbox.seed import PersonSeed, Seed
from sandbox.slack.records import Channel, User
from sandbox.slack.state import SlackState


def seeded_slack(seed: Seed, clock: Clock) -> SlackState:
    """Slack as the seed describes it."""
    slack = seed.slack
    state = SlackState(
        clock=clock,
        team={"id": slack.team_id, "name": slack.team_name, "domain": slack.team_domain},
        app_id=slack.app_id,
        bot_user_id=slack.bot_user_id,
        bot_id=slack.bot_id,
        bot_name=slack.bot_name,
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        scopes=frozenset(slack.scopes),
        rate_limit=slack.rate_limit,
    )
    bot = User(
        id=slack.bot_user_id, name=slack.bot_name, real_name=slack.bot_name, email="", time_zone="Etc/UTC", is_bot=True
    )
    people = [_user(person) for person in seed.people if person.slack_id]
    state.users = {user.id: user for user in [bot, *people]}
    ids = {person.id: person.slack_id for person in seed.people if person.slack_id} | {"bot": slack.bot_user_id}
    for channel in slack.channels:
        state.channels[channel.id] = Channel(
            id=channel.id,
            name=channel.name,
            members=[ids[member] for member in channel.members],
            creator=ids[channel.members[0]] if channel.members else "",
            topic=channel.topic,
            is_private=channel.is_private,
        )
    state.groups = [
        {"id": group.id, "handle": group.handle, "name": group.name, "users": [ids[member] for member in group.members]}
        for group in slack.groups
    ]
    return state


def _user(person: PersonSeed) -> User:
    return User(
        id=person.slack_id or "",
        name=person.id,
        real_name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        deleted=not person.active,
        is_bot=person.is_bot,
        is_admin=person.is_admin,
        is_restricted=person.is_restricted,
        is_ultra_restricted=person.is_ultra_restricted,
        is_stranger=person.is_stranger,
    )
