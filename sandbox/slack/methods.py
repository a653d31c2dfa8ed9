"""The methods of the Web API: the token and the scope each needs, how often it may be called, who answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.slack import (
    availability,
    bookmarks,
    channels,
    chat,
    conversations,
    directory,
    files,
    pins,
    reactions,
    scheduled,
    streams,
    tokens,
    validation,
    views,
)
from sandbox.slack.call import SlackCall
from sandbox.slack.limits import TIER_1, TIER_2, TIER_3, TIER_4
from sandbox.slack.records import Json

Caller = Literal["bot", "app", "configuration", "anybody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method. A `scope` with `*` differs by type of conversation; `per_minute` None means limits of its own."""

    answer: Callable[[SlackCall], Json]
    scope: str = ""
    per_minute: int | None
    caller: Caller = "bot"


def _method(
    answer: Callable[[SlackCall], Json], per_minute: int | None = None, scope: str = "", *, caller: Caller = "bot"
) -> Method:
    return Method(answer=answer, scope=scope, per_minute=per_minute, caller=caller)


METHODS: dict[str, Method] = {
    "api.test": _method(directory.api_test, caller="anybody"),
    "apps.connections.open": _method(directory.open_connection, TIER_1, caller="app"),
    "apps.manifest.validate": _method(validation.validate_manifest, TIER_3, caller="configuration"),
    "assistant.threads.setStatus": _method(conversations.set_status, TIER_4, "chat:write"),
    "auth.revoke": _method(tokens.revoke, TIER_3),
    "auth.test": _method(directory.auth_test),
    "blocks.validate": _method(validation.validate_blocks),
    "bookmarks.add": _method(bookmarks.add_bookmark, TIER_2, "bookmarks:write"),
    "bookmarks.list": _method(bookmarks.list_bookmarks, TIER_3, "bookmarks:read"),
    "bots.info": _method(directory.bot_info, TIER_3, "users:read"),
    "chat.appendStream": _method(streams.append_stream, TIER_4, "chat:write"),
    "chat.delete": _method(chat.delete_message, TIER_3, "chat:write"),
    "chat.deleteScheduledMessage": _method(scheduled.delete_scheduled, TIER_3, "chat:write"),
    "chat.getPermalink": _method(chat.get_permalink),
    "chat.postEphemeral": _method(chat.post_ephemeral, TIER_4, "chat:write"),
    "chat.postMessage": _method(chat.post_message, None, "chat:write"),
    "chat.scheduleMessage": _method(scheduled.schedule_message, TIER_3, "chat:write"),
    "chat.scheduledMessages.list": _method(scheduled.list_scheduled, TIER_3),
    "chat.startStream": _method(streams.start_stream, TIER_2, "chat:write"),
    "chat.stopStream": _method(streams.stop_stream, TIER_2, "chat:write"),
    "chat.update": _method(chat.update_message, TIER_3, "chat:write"),
    "conversations.archive": _method(channels.archive, TIER_2, "*manage"),
    "conversations.create": _method(channels.create_channel, TIER_2, "*manage"),
    "conversations.history": _method(conversations.history, TIER_3, "*history"),
    "conversations.info": _method(conversations.info, TIER_3, "*read"),
    "conversations.invite": _method(channels.invite, TIER_3, "*manage"),
    "conversations.join": _method(conversations.join, TIER_3, "channels:join"),
    "conversations.kick": _method(channels.kick, TIER_3, "*manage"),
    "conversations.leave": _method(channels.leave, TIER_3, "*manage"),
    "conversations.list": _method(conversations.list_channels, TIER_2, "*read"),
    "conversations.members": _method(conversations.members, TIER_4, "*read"),
    "conversations.open": _method(conversations.open_direct, TIER_3, "*manage"),
    "conversations.rename": _method(channels.rename, TIER_2, "*manage"),
    "conversations.replies": _method(conversations.replies, TIER_3, "*history"),
    "conversations.setPurpose": _method(channels.set_purpose, TIER_2, "*manage"),
    "conversations.setTopic": _method(channels.set_topic, TIER_2, "*manage"),
    "dnd.info": _method(availability.dnd_info, TIER_3, "dnd:read"),
    "dnd.teamInfo": _method(availability.dnd_team_info, TIER_2, "dnd:read"),
    "emoji.list": _method(directory.list_emoji, TIER_2, "emoji:read"),
    "files.completeUploadExternal": _method(files.complete_upload, TIER_4, "files:write"),
    "files.getUploadURLExternal": _method(files.get_upload_url, TIER_4, "files:write"),
    "files.info": _method(files.file_info, TIER_4, "files:read"),
    "oauth.v2.access": _method(tokens.access, TIER_4, caller="anybody"),
    "pins.add": _method(pins.add_pin, TIER_2, "pins:write"),
    "reactions.add": _method(reactions.add_reaction, TIER_3, "reactions:write"),
    "reactions.get": _method(reactions.get_reactions, TIER_3, "reactions:read"),
    "reactions.remove": _method(reactions.remove_reaction, TIER_2, "reactions:write"),
    "team.info": _method(directory.team_info, TIER_3, "team:read"),
    "tooling.tokens.rotate": _method(tokens.rotate_configuration, TIER_3, caller="anybody"),
    "usergroups.list": _method(directory.list_groups, TIER_2, "usergroups:read"),
    "usergroups.users.list": _method(directory.list_group_users, TIER_2, "usergroups:read"),
    "users.conversations": _method(conversations.of_user, TIER_3, "*read"),
    "users.getPresence": _method(availability.get_presence, TIER_3, "users:read"),
    "users.info": _method(directory.user_info, TIER_4, "users:read"),
    "users.list": _method(directory.list_users, TIER_2, "users:read"),
    "users.lookupByEmail": _method(directory.lookup_by_email, TIER_3, "users:read.email"),
    "users.profile.get": _method(availability.get_profile, TIER_4, "users.profile:read"),
    "views.open": _method(views.open_view, TIER_4),
    "views.publish": _method(views.publish_view, TIER_4),
    "views.push": _method(views.push_view, TIER_4),
    "views.update": _method(views.update_view, TIER_4),
}
