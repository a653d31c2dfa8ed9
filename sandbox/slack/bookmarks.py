"""bookmarks.*: links at the head of a channel."""

from sandbox.slack.call import SlackCall, SlackError
from sandbox.slack.records import Bookmark, Channel, Json

MOST_BOOKMARKS = 100


def add_bookmark(call: SlackCall) -> Json:
    """bookmarks.add: of the type `link`."""
    channel = call.channel("channel_id", member=True, writing=True)
    if call.needed("type") != "link":
        raise SlackError("invalid_bookmark_type")
    link = call.needed("link")
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    identity, emoji, now = call.slack.next_id("Bk"), call.text("emoji") or "", call.slack.now_s()
    mark = Bookmark(id=identity, title=call.needed("title"), link=link, emoji=emoji, created=now)
    channel.bookmarks.append(mark)
    call.effect("bookmark.added", channel, mark.id)
    return {"bookmark": _shown(call, channel, mark)}


def list_bookmarks(call: SlackCall) -> Json:
    """bookmarks.list."""
    channel = call.channel("channel_id")
    return {"bookmarks": [_shown(call, channel, mark) for mark in channel.bookmarks]}


def _shown(call: SlackCall, channel: Channel, mark: Bookmark) -> Json:
    slack = call.slack
    return {
        "id": mark.id,
        "channel_id": channel.id,
        "title": mark.title,
        "link": mark.link,
        "emoji": mark.emoji,
        "icon_url": "",
        "type": "link",
        "date_created": mark.created,
        "date_updated": 0,
        "rank": "U",
        "last_updated_by_user_id": slack.bot_user_id,
        "last_updated_by_team_id": slack.team["id"],
        "app_id": slack.app_id,
    }
