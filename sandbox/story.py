"""Tells a story with a bot: Dana reports what is known already, the bot asks, a colleague answers. Speaks HTTP only."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from sandbox.bot import Bot, BotError
from sandbox.direct import direct_session
from sandbox.world import Places

Json = dict[str, Any]
Say = Callable[[str], None]
CHANNEL, COLLEAGUE = "C0YARD0001", "U0MIKA0001"
REPORT = {
    "project": {"key": "WEB"},
    "issuetype": {"name": "Bug"},
    "summary": "Checkout: 504 when the 3-D Secure challenge takes longer than 30 seconds",
    "description": (
        "Several customers wrote that paying fails: after the 3-D Secure challenge the shop shows "
        '"504 Gateway Timeout" from POST /v2/checkout/confirm, the order stays in PENDING_PAYMENT although the '
        "card is authorised. It happens when they need more than 30 seconds at their bank.\n\n"
        "{code}\nGatewayTimeoutException: upstream acs-proxy did not answer in 30000 ms\n"
        "  at com.yard.pay.threeds.ChallengeClient.await(ChallengeClient.java:118)\n{code}"
    ),
}
READY_WITHIN_S, ASKED_WITHIN_S, DONE_WITHIN_S = 120.0, 90.0, 60.0
THINKING_S, QUIET_S = 6.0, 3.0


@dataclass(slots=True, kw_only=True)
class Story:
    """One telling, up to `stop`; `say` takes its lines."""

    bot: Bot
    places: Places
    say: Say
    stop: threading.Event
    session: requests.Session = field(default_factory=direct_session)

    def tell(self) -> bool:
        """Tell the story from the first line to the last; whether it came to its end."""
        if not self._until(self.bot.is_ready, READY_WITHIN_S):
            return self._gave_up(f"{self.bot.url}/health/ready did not say that the bot is ready")
        threading.Thread(target=self._listen, name="story", daemon=True).start()
        self.stop.wait(3)
        key = self._report()
        ts = self._wait_for_card(key)
        if ts is None:
            return self._gave_up(f"no question about {key} came in #yard")
        self._answer(ts)
        if not self._until(lambda: self._is_done(key), DONE_WITHIN_S):
            return self._gave_up(f"the bot did not say that it acted on {key}")
        self._print_trail(key)
        return True

    def _listen(self) -> None:
        for entry in self.bot.stream(self.stop.is_set):
            self._line("bot", f"{entry.get('key') or ''} {entry.get('text') or entry.get('kind')}".strip())

    def _report(self) -> str:
        where = f"{self.places.jira}/rest/api/2/issue"
        answer = self.session.post(where, json={"fields": REPORT}, auth=("dana@example.com", "sandbox"), timeout=10)
        answer.raise_for_status()
        key = str(answer.json()["key"])
        self._line("Dana", f'reports {key} in Jira: "{REPORT["summary"]}"')
        return key

    def _wait_for_card(self, key: str) -> str | None:
        found: list[str] = []

        def look() -> bool:
            cards = [m["ts"] for m in self._messages() if approve_button(m) and key in json.dumps(m)]
            found.extend(cards)
            return bool(cards)

        return found[0] if self._until(look, ASKED_WITHIN_S) else None

    def _answer(self, ts: str) -> None:
        self._line("Mika", "sees the question in #yard and reads it")
        self.stop.wait(THINKING_S)
        message = next((message for message in self._messages() if message["ts"] == ts), {})
        button = approve_button(message)
        if button is None:
            self._line("Mika", "finds the question answered already")
            return
        press = {"user": COLLEAGUE, "channel": CHANNEL, "ts": ts, "action_id": button["action_id"]}
        press["value"] = button.get("value")
        answer = self.session.post(f"{self.places.slack}/_sandbox/slack/press", json=press, timeout=10).json()
        pressed = f"presses {button['text']['text']}"
        self._line("Mika", pressed if answer.get("ok") else f"{pressed}; {answer.get('error')}")

    def _is_done(self, key: str) -> bool:
        try:
            kinds = [entry.get("kind") for entry in self.bot.trail(key)]
        except BotError:
            return False
        if "action.done" not in kinds:
            return False
        count = len(kinds)
        self.stop.wait(QUIET_S)
        try:
            return len(self.bot.trail(key)) == count
        except BotError:
            return False

    def _print_trail(self, key: str) -> None:
        try:
            entries = self.bot.trail(key)
        except BotError as error:
            self.say(str(error))
            return
        self.say("")
        self.say(f"The whole trail of {key}:")
        for entry in entries:
            self.say(f"  {entry.get('at', '')}  {entry.get('kind', ''):<18} {entry.get('text', '')}")
        for line in where_to_look(self.places, self.bot, key):
            self.say(line)

    def _messages(self) -> list[Json]:
        try:
            where = f"{self.places.slack}/_sandbox/slack/messages?channel={CHANNEL}"
            return list(self.session.get(where, timeout=10).json())
        except requests.RequestException:
            return []

    def _until(self, check: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.stop.is_set() and time.monotonic() < end:
            if check():
                return True
            self.stop.wait(0.25)
        return False

    def _gave_up(self, why: str) -> bool:
        if not self.stop.is_set():
            self.say(f"The story ends here: {why}. Everything goes on running; look at {self.places.page}")
        return False

    def _line(self, who: str, what: str) -> None:
        self.say(f"{time.strftime('%H:%M:%S')}  {who:<5} {what}")


def approve_button(message: Json) -> Json | None:
    """The button that approves, when a message has one."""
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()):
            if str(element.get("action_id", "")).partition(":")[0] == "request.approve":
                return dict(element)
    return None


def where_to_look(places: Places, bot: Bot, key: str) -> list[str]:
    """Where everything is to be seen, and how to go on by hand."""
    return [
        "",
        f"Slack and Jira to click   {places.page}",
        f"the issue                 {places.page}/#{key}",
        f"the trail                 curl -H 'Authorization: Bearer {bot.token}' {bot.url}/api/trail/{key}",
        "",
        "It goes on until Ctrl-C. Open the page, choose who you are, report an issue that repeats another one,",
        "answer the question in #yard, or type /yard help.",
    ]
