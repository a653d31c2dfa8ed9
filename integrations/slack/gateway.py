"""`Chat` on Slack's Web API: posts, updates and finds cards, answers single people, reads channels and users.

It must not retry a call that changes something, except the filling of a view whose shell is still being opened. Marks
travel as message metadata, which only apps can read and write.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cachetools import TTLCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from integrations.slack import blocks, presence
from integrations.slack.client import is_direct
from integrations.slack.failures import code_of, refusal, told_as_gateway_error
from integrations.slack.fields import Json, inner, objects, text
from integrations.slack.mrkdwn import UrlOf
from integrations.slack.pace import APART_S, Pace
from integrations.slack.pictures import Pictures
from integrations.slack.talk import said_in
from orchestrator.messages import Form, Message, ReplyTo
from orchestrator.people.availability import Presence
from orchestrator.ports import ChatProfile, GatewayError, PlaceGone, Said

METADATA_TYPE: Final = "yardmaster_card"
_UNCHANGEABLE: Final = ("message_not_found", "cant_update_message", "edit_window_closed")
#: Slack shows a file only once it has looked through it.
_PICTURE_WAITS_S: Final = (0.5, 1.0, 2.0)
_NOTHING_UNFOLDS: Final = {"unfurl_links": False, "unfurl_media": False}
_SHELL_WAITS_S: Final = (0.2, 0.4, 0.8, 1.6)
_CHANNELS_KEPT_S: Final = 120
_QUIET_KEPT_S: Final = 120
_STATUS_KEPT_S: Final = 900
_MOST_USERS: Final = 20_000
_CLOCKS_APART_S: Final = 60
_MOST_PAGES: Final = 100
_SEEN_KEPT_S: Final = 300.0
#: Slack takes fifty such calls a minute.
_NOTICED_AT_ONCE: Final = 10


class SlackChat:
    """The chat; safe to share between threads. `url_of` gives the address of an issue by its key."""

    def __init__(
        self, client: WebClient, url_of: UrlOf, asking: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        """Keep the client, made by `client.web_client`; each call will be made inside of what `asking` gives."""
        self._client = client
        self._url_of = url_of
        self._asking = asking
        self._lock = threading.Lock()
        self._channels: TTLCache[str, dict[str, str]] = TTLCache(maxsize=1, ttl=_CHANNELS_KEPT_S)
        self._last_channels: dict[str, str] = {}
        self._quiet: TTLCache[str, Json] = TTLCache(maxsize=_MOST_USERS, ttl=_QUIET_KEPT_S)
        self._statuses: TTLCache[str, Json] = TTLCache(maxsize=_MOST_USERS, ttl=_STATUS_KEPT_S)
        self._seen: TTLCache[str, bool] = TTLCache(maxsize=_MOST_USERS, ttl=_SEEN_KEPT_S)
        self._pace = Pace()
        self._pictures = Pictures(client, asking)
        self._self: Json = {}

    def channel(self, name: str) -> str | None:
        """Give the id of a channel that the bot is in, by `#name` or id; None when there is none."""
        with self._lock:
            known = self._channels.get("all")
        return (known or self._read_channels()).get(name.removeprefix("#"))

    def ping(self) -> None:
        """Ask Slack whether it is there, and takes us."""
        self._ask(self._client.auth_test)

    def direct(self, user: str) -> str:
        """Open the direct message with a user and give its channel id."""
        opened = self._ask(self._client.conversations_open, users=user)
        return text(inner(opened, "channel"), "id") or _unreadable("conversations.open")

    def members(self, channel: str) -> tuple[str, ...]:
        """Give the users in a channel, without the bot itself."""
        me = self._me("user_id")
        pages = self._pages(self._client.conversations_members, channel=channel, limit=200)
        return tuple(user for page in pages for user in page.get("members", ()) if user != me)

    def profile(self, user: str) -> ChatProfile | None:
        """Read a user; None when unknown."""
        answer = self._ask_or(("user_not_found", "user_not_visible"), self._client.users_info, user=user)
        if answer is None:
            return None
        told = inner(answer, "user")
        about = inner(told, "profile")
        with self._lock:
            self._statuses[user] = presence.status_of(about)
        stranger = told.get("is_stranger") is True or text(told, "team_id") not in {None, self._me("team_id")}
        return ChatProfile(
            id=user,
            name=text(about, "display_name") or text(about, "real_name") or text(told, "name") or user,
            email=text(about, "email"),
            guest=stranger or told.get("is_restricted") is True or told.get("is_ultra_restricted") is True,
            bot=told.get("is_bot") is True or user == "USLACKBOT",
            active=told.get("deleted") is not True,
        )

    def user_of(self, email: str) -> str | None:
        """Give the id of the user with this e-mail address; None when there is none."""
        answer = self._ask_or(("users_not_found",), self._client.users_lookupByEmail, email=email)
        return None if answer is None else text(inner(answer, "user"), "id")

    def presences(self, users: Collection[str], now: datetime) -> tuple[Presence, ...]:
        """Tell whether users do not want to be disturbed, or are away by their status, as known minutes ago."""
        quiet = self._quiet_of(users)
        with self._lock:
            statuses = {user: self._statuses.get(user, {}) for user in users}
            seen = {user: self._seen.get(user, False) for user in users}
        return tuple(presence.presence(user, statuses[user], quiet[user], now, active=seen[user]) for user in users)

    def notice(self, users: Collection[str]) -> None:
        """Look who of these users is seen in Slack now; it takes a call for each, so only some are asked at once."""
        with self._lock:
            unknown = [user for user in users if user not in self._seen]
        for user in unknown[:_NOTICED_AT_ONCE]:
            answer = self._ask_or(("user_not_found", "user_not_visible"), self._client.users_getPresence, user=user)
            with self._lock:
                self._seen[user] = answer is not None and text(answer, "presence") == "active"

    def may_post(self, channel: str) -> None:
        """Say that a message to the channel may be tried; GatewayError while Slack wants fewer there."""
        self._take_turn("chat.postMessage", channel)

    def post(self, channel: str, message: Message, mark: str, thread: str | None = None) -> str:
        """Post a message that carries `mark` in its metadata, in a `thread` if one is named; gives its `ts`."""
        how = {"channel": channel, "thread_ts": thread, "parse": "none", "metadata": _marked(mark), **_NOTHING_UNFOLDS}
        post = self._client.chat_postMessage
        plain = blocks.card(message, self._url_of)
        posted = self._pictured(post, message, **how) or self._ask(post, write=True, **how, **plain)
        return text(posted, "ts") or _unreadable("chat.postMessage", in_doubt=True)

    def update(self, channel: str, ts: str, message: Message, mark: str) -> None:
        """Replace a message that we posted; one that somebody deleted stays deleted."""
        self._take_turn("chat.update")
        how = {"channel": channel, "ts": ts, "parse": "none", "metadata": _marked(mark)}
        change = self._client.chat_update
        plain = blocks.card(message, self._url_of)
        updated = self._pictured(change, message, **how) or self._ask_or(
            _UNCHANGEABLE, change, write=True, **how, **plain
        )
        if updated is not None and text(updated, "ts") is None:
            _unreadable("chat.update", in_doubt=True)

    def _pictured(self, method: Callable[..., SlackResponse], message: Message, **how: Any) -> Json | None:
        """Show a message with its pictures; None where it has none, or Slack cannot show them, even after a while."""
        pictures = self._pictures.of(message)
        for wait in _PICTURE_WAITS_S if pictures else ():
            card = blocks.card(message, self._url_of, pictures)
            shown = self._ask_or(("invalid_blocks", *_UNCHANGEABLE), method, write=True, **how, **card)
            if shown is not None:
                return shown
            time.sleep(wait)
        return None

    def delete(self, channel: str, ts: str) -> None:
        """Take away a message that we posted; one that somebody deleted is gone already."""
        self._ask_or(("message_not_found",), self._client.chat_delete, write=True, channel=channel, ts=ts)

    def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> str | None:
        """Look in the channel's history since then, or a thread's, for our message with that mark; gives its `ts`."""
        me = self._me("user_id")
        how = {"oldest": f"{since.timestamp() - _CLOCKS_APART_S:.6f}", "include_all_metadata": True, "limit": 200}
        where = {"channel": channel} if thread is None else {"channel": channel, "ts": thread}
        method = self._client.conversations_history if thread is None else self._client.conversations_replies
        pages = self._pages(method, **where, **how)
        for message in (message for page in pages for message in objects(page, "messages")):
            if message.get("user") == me and inner(message, "metadata") == _marked(mark):
                return text(message, "ts")
        return None

    def reply(self, to: ReplyTo, message: Message | Form) -> None:
        """Answer one person, for their eyes only. Not counted among the effects: it cannot be looked up.

        Fills `to.view` where it is set, as a form always does, else sends to `to.response_url` where it is Slack's and
        still works, else to `to.channel`, and without any, as after a press in App Home, to our direct message.
        """
        if isinstance(message, Form) or to.view is not None:
            self._fill(to.view or "", message)
        elif not self._respond(to.response_url, message):
            card = blocks.card(message, self._url_of)
            channel = to.channel or self.direct(to.user)
            where = {"channel": channel, "user": to.user, "thread_ts": to.thread}
            self._ask(self._client.chat_postEphemeral, write=True, parse="none", **where, **card)

    def publish(self, user: str, message: Message) -> None:
        """Put a message on a user's page in App Home, in the place of what stood there."""
        self._take_turn("views.publish")
        self._ask(self._client.views_publish, write=True, user_id=user, view=blocks.home_view(message, self._url_of))

    def message(self, channel: str, ts: str) -> Said | None:
        """Read one message, which may stand in a thread: Slack gives it as the first of the replies to itself."""
        gone = ("thread_not_found", "message_not_found")
        answer = self._ask_or(gone, self._client.conversations_replies, channel=channel, ts=ts, limit=1)
        found = (one for one in objects(answer or {}, "messages") if text(one, "ts") == ts)
        message = next(found, None)
        return None if message is None else said_in(message)

    def permalink(self, channel: str, ts: str) -> str | None:
        """Give the address of a message; None when the chat does not tell."""
        gone = ("message_not_found", "channel_not_found")
        answer = self._ask_or(gone, self._client.chat_getPermalink, channel=channel, message_ts=ts)
        return None if answer is None else text(answer, "permalink", 3000)

    def open_view(self, trigger_id: str, view: dict[str, Any]) -> None:
        """Open a modal; a trigger lives three seconds, so only the door can do it."""
        self._ask(self._client.views_open, write=True, trigger_id=trigger_id, view=view)

    def _quiet_of(self, users: Collection[str]) -> dict[str, Json]:
        """Read when users do not want to be disturbed; nothing where Slack does not let us ask."""
        with self._lock:
            known = {user: self._quiet[user] for user in users if user in self._quiet}
        wanted = sorted(set(users) - known.keys())
        for start in range(0, len(wanted), presence.MOST_AT_ONCE):
            some = wanted[start : start + presence.MOST_AT_ONCE]
            answer = self._ask_or(("missing_scope",), self._client.dnd_teamInfo, users=",".join(some)) or {}
            known |= {user: presence.told_of(answer, user) for user in some}
        with self._lock:
            self._quiet.update(known)
        return known

    def _fill(self, external_id: str, message: Message | Form) -> None:
        if isinstance(message, Form):
            view = blocks.form_view(message, self._url_of, external_id)
        else:
            view = blocks.details_view(message, self._url_of, external_id)
        for wait in (*_SHELL_WAITS_S, None):
            answer = self._ask_or(
                ("not_found",), self._client.views_update, write=True, external_id=external_id, view=view
            )
            if answer is not None:
                return
            if wait is not None:
                time.sleep(wait)
        raise GatewayError("views.update: the window was closed before its answer came", retryable=False)

    def _respond(self, url: str | None, message: Message) -> bool:
        if url is None or not self._is_slacks(url):
            return False
        hook = WebhookClient(url, timeout=self._client.timeout, retry_handlers=[])
        if is_direct(url):
            hook.proxy = None
        with self._asking(), told_as_gateway_error("response_url", write=True):
            status = hook.send_dict(blocks.answer(message, self._url_of)).status_code
        if status == 429 or status >= 500:
            raise GatewayError(f"response_url: Slack failed with status {status}", retryable=True, in_doubt=True)
        return status == 200

    def _is_slacks(self, url: str) -> bool:
        """Tell whether an address is Slack's own: whoever makes up a payload must not choose where we post to."""
        try:
            to, home = urlsplit(url), urlsplit(self._client.base_url)
            if (to.scheme, to.hostname, to.port) == (home.scheme, home.hostname, home.port):
                return True
            return (to.scheme, to.hostname, to.port) == ("https", "hooks.slack.com", None)
        except ValueError:
            return False

    def _read_channels(self) -> dict[str, str]:
        """Read the channels; while Slack does not answer, those that were known last."""
        try:
            known = dict(self._channel_names())
        except GatewayError as error:
            if error.final or not self._last_channels:
                raise
            return self._last_channels
        with self._lock:
            self._channels["all"] = self._last_channels = known
        return known

    def _channel_names(self) -> Iterator[tuple[str, str]]:
        types = "public_channel,private_channel"
        pages = self._pages(self._client.conversations_list, types=types, exclude_archived=True, limit=999)
        for channel in (channel for page in pages for channel in objects(page, "channels")):
            id_, name = text(channel, "id"), text(channel, "name")
            if id_ and name and channel.get("is_member") is True:
                yield from ((id_, id_), (name, id_))

    def _me(self, name: str) -> str | None:
        if not self._self:
            self._self = self._ask(self._client.auth_test)
        return text(self._self, name)

    def _pages(self, method: Callable[..., SlackResponse], **arguments: Any) -> Iterator[Json]:
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._ask(method, cursor=cursor, **arguments)
            yield page
            cursor = text(inner(page, "response_metadata"), "next_cursor", 3000)
            if cursor is None:
                return

    def _ask(self, method: Callable[..., SlackResponse], *, write: bool = False, **arguments: Any) -> Json:
        answer = self._ask_or((), method, write=write, **arguments)
        return answer if answer is not None else {}

    def _take_turn(self, name: str, channel: str | None = None) -> None:
        wait = self._pace.wait(_kind(name, channel), APART_S[name])
        if wait:
            words = f"{name}: Slack wanted fewer of these calls, this one waits for its turn"
            raise GatewayError(words, retryable=True, retry_after=wait)

    def _ask_or(
        self, none_for: tuple[str, ...], method: Callable[..., SlackResponse], *, write: bool = False, **arguments: Any
    ) -> Json | None:
        """Call a method; None for the refusals in `none_for`, GatewayError for every other failure."""
        name = method.__name__.replace("_", ".", 1)
        with self._asking(), told_as_gateway_error(name, write=write):
            try:
                data = method(**arguments).data
            except SlackApiError as error:
                if code_of(error) in none_for:
                    return None
                refused = refusal(name, error, write=write)
                if refused.retry_after is not None and name in APART_S:
                    self._pace.refused(_kind(name, arguments.get("channel")), refused.retry_after)
                if isinstance(refused, PlaceGone):
                    with self._lock:
                        self._channels.clear()
                raise refused from error
        return data if isinstance(data, dict) else _unreadable(name, in_doubt=write)


def _kind(name: str, channel: str | None) -> str:
    """Name what Slack counts together: messages by channel, other calls by method."""
    return f"{name}:{channel}" if name == "chat.postMessage" else name


def _marked(mark: str) -> dict[str, Any]:
    return {"event_type": METADATA_TYPE, "event_payload": {"mark": mark}}


def _unreadable(method: str, *, in_doubt: bool = False) -> Any:
    raise GatewayError(f"{method}: Slack's answer cannot be read", retryable=False, in_doubt=in_doubt)
