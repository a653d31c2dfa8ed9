"""The door for Slack: stores every payload before it is acknowledged, and gives the few answers that cannot wait.

Only here views are opened, because a trigger lives three seconds. What a command or click means is a worker's business;
the door knows just help, misspelt words and the switches, which bypass the queue.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from integrations.slack import (
    alter_form,
    blocks,
    bulk_form,
    change_form,
    pass_form,
    question_form,
    report_form,
    translate,
)
from integrations.slack.fields import Json, inner, objects, text
from integrations.slack.forms import WORDS, Words, written_words
from integrations.slack.gateway import SlackChat
from integrations.slack.mrkdwn import no_links
from integrations.slack.presses import REJECTION, carried
from integrations.slack.translate import NotUnderstood
from orchestrator.commands import Misspelt, help_message, misspelt_message, parse
from orchestrator.messages import Message, ReplyTo, Section
from orchestrator.ports import Clock, Doorman, GatewayError, Intake
from rules.model import Event, Line

_TRANSLATED: Final = "yardmaster_translated"
_UNKNOWN_BUTTON: Final = Message(
    title=Line(text="I did not understand that button"),
    sections=(
        Section(lines=(Line(text="It is noted for the operators. An older card may have a newer copy below."),)),
    ),
)
_TITLES: Final = {
    report_form.OPENED: "A new issue",
    change_form.OPENED: "Change",
    pass_form.OPENED: "Ask",
    alter_form.OPENED: "Yes, but…",
    pass_form.GIVE_OPENED: "Choose",
    bulk_form.OPENED: "Approve several",
}
#: What tells what is wrong in a form that stays open for it.
_WRONG: Final[Mapping[str, Callable[[Json], dict[str, str]]]] = {
    report_form.INCOMPLETE: report_form.missing,
    change_form.INCOMPLETE: change_form.wrong,
    alter_form.INCOMPLETE: alter_form.wrong,
    bulk_form.INCOMPLETE: bulk_form.wrong,
}
#: The modals that take one text, by the event that opens each.
_WORDS: Final[dict[str, Words]] = {"reject.opened": REJECTION, **question_form.MODALS}
_log = logging.getLogger(__name__)


def attach(app: App, intake: Intake, doorman: Doorman, clock: Clock) -> None:
    """Have every payload that reaches the app stored, then answered.

    The middleware runs before any listener, in HTTP and Socket Mode, and raises what the store raises, so that Bolt
    answers 500, or nothing over a socket, and Slack sends the payload again.
    """
    chat = SlackChat(app.client, no_links)

    def follow_up(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        ack()
        _follow_up(chat, context[_TRANSLATED], body)

    app.middleware(_Door(intake, doorman, clock))
    app.action(re.compile(""))(follow_up)
    app.shortcut(re.compile(""))(follow_up)


class _Door(Middleware):
    """A class, because the arguments that Bolt makes for a function break on a payload that lacks a field."""

    def __init__(self, intake: Intake, doorman: Doorman, clock: Clock) -> None:
        self._intake = intake
        self._doorman = doorman
        self._clock = clock

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's own name
    ) -> BoltResponse | None:
        translated = translate.event(req.body, self._clock.now())
        if _is_switch(translated):
            return _told(self._doorman.throw_switch(translated))
        if _store(self._intake, translated) and _is_followed_up(translated, req.body):
            req.context[_TRANSLATED] = translated
            next()
            return resp
        return _answer(translated, req.body)


def _store(intake: Intake, translated: Event | NotUnderstood) -> bool:
    if isinstance(translated, NotUnderstood):
        return intake.bury(translated.event, translated.reason)
    return intake.put(translated)


def _is_switch(translated: Event | NotUnderstood) -> TypeGuard[Event]:
    return isinstance(translated, Event) and translated.payload.get("word") in {"stop", "resume"}


def _is_followed_up(translated: Event | NotUnderstood, body: Json) -> bool:
    """Whether something is to be opened or said in Slack once the payload is acknowledged."""
    if isinstance(translated, Event):
        opening = {*_WORDS, "details.asked", *_TITLES.keys() - {report_form.OPENED}}
        return translated.name in opening or _opens_a_form(translated, body)
    action = next(iter(objects(body, "actions")), {})
    return body.get("type") == "block_actions" and text(action, "action_id") is not None


def _opens_a_form(translated: Event, body: Json) -> bool:
    """Whether the button was pressed that opens the form for a new issue: what is chosen in it opens nothing."""
    return translated.name == report_form.OPENED and not inner(body, "view")


def _answer(translated: Event | NotUnderstood, body: Json) -> BoltResponse:
    """Give the acknowledgement; the same for a payload that came twice."""
    if isinstance(translated, Event) and translated.name == "command.given" and not translated.needs_look:
        command = parse(translated.payload.get("text", ""))
        return _told(misspelt_message(command) if isinstance(command, Misspelt) else help_message())
    if isinstance(translated, Event) and translated.name in ("reject.incomplete", question_form.INCOMPLETE):
        wrong = _wrong_words(inner(body, "view"))
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {WORDS: wrong}})
    unfit = _WRONG.get(translated.name) if isinstance(translated, Event) else None
    if unfit is not None:
        return BoltResponse(status=200, body={"response_action": "errors", "errors": unfit(inner(body, "view"))})
    return BoltResponse(status=200, body="")


def _told(message: Message) -> BoltResponse:
    return BoltResponse(status=200, body=blocks.answer(message, no_links))


def _wrong_words(view: Json) -> str:
    modal = next(one for one in _WORDS.values() if one.callback == text(view, "callback_id"))
    return modal.wrong(written_words(view))


def _follow_up(chat: SlackChat, translated: Event | NotUnderstood, body: Json) -> None:
    """Open the view, or say that the button was not understood. It is not repeated: the trigger would be dead."""
    try:
        if isinstance(translated, NotUnderstood):
            chat.reply(_presser(body), _UNKNOWN_BUTTON)
        elif translated.name in _WORDS:
            metadata = carried(translated.payload, translated.subject)
            view = blocks.words_view(_WORDS[translated.name], translated.payload.get("title", ""), metadata)
            chat.open_view(_trigger(body), view)
        else:
            shown = _TITLES.get(translated.name, "Details")
            chat.open_view(_trigger(body), blocks.waiting_view(translated.payload["view"], shown))
    except GatewayError as error:
        _log.warning("a click was kept but could not be answered: %s", error)


def _presser(body: Json) -> ReplyTo:
    return ReplyTo(
        user=text(inner(body, "user"), "id") or "",
        channel=text(inner(body, "channel"), "id"),
        response_url=text(body, "response_url", 500),
    )


def _trigger(body: Json) -> str:
    return text(body, "trigger_id") or ""
