"""Plays one story on the sandbox's clock: opening, happenings, colleagues' answers, and the checks of how it ended.

It speaks HTTP only. With `leaps` the time in which nothing happens is passed over, once the bot has come to rest.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.bot import Bot, BotError
from sandbox.playing.colleagues import Colleagues, all_known
from sandbox.playing.company import Company, Json, Refused
from sandbox.playing.deeds import AnyDeed, Comment, Press
from sandbox.playing.doing import do, take_away
from sandbox.playing.ears import Ears
from sandbox.playing.evidence import Evidence, gather
from sandbox.playing.judging import Finding, State, judge
from sandbox.playing.moments import next_moment, read_span
from sandbox.playing.script import Capability, Story

Say = Callable[[datetime, str, str], None]
CANNOT, DOABLE = "cannot:", "People can do what the story has them do"
TICK_S, READY_WITHIN_S, HEARD_WITHIN_S, PATIENCE_S = 0.15, 120.0, 8.0, 20.0
#: After a leap the bot finds within a second of real time what has become due.
SWEPT_S = 0.6


@dataclass(slots=True, kw_only=True)
class Player:
    """One telling of one story; `say` takes its lines: when in domain time, who, what.

    `earlier` holds the issues of the last telling in this sandbox, which are taken away first.
    """

    story: Story
    company: Company
    bot: Bot
    capabilities: dict[str, Capability]
    say: Say
    stop: threading.Event
    leaps: bool = False
    seed: str = "1"
    earlier: dict[str, str] = field(default_factory=dict)
    paused: threading.Event = field(default_factory=threading.Event)
    keys: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    began: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    _awaited: list[tuple[frozenset[str], float]] = field(default_factory=list)
    _refusals: list[str] = field(default_factory=list)
    _first_effect: int = 0

    def play(self) -> bool:
        """Play it to its end; whether it came there and no check failed. Raises Refused where the sandbox is gone."""
        self.company.gather()
        all_known(self.company, self.story)
        if not self._until(self.bot.is_ready, READY_WITHIN_S):
            raise Refused(f"{self.bot.url}/health/ready did not say that the bot is ready")
        ears = Ears(bot=self.bot, told=self._told)
        ears.open()
        try:
            return self._play(ears)
        finally:
            ears.close()

    def _play(self, ears: Ears) -> bool:
        take_away(self.company, self.story, self.earlier)
        self._first_effect = max((int(one["n"]) for one in self.company.control("GET", "effects")), default=0)
        if self.story.begins:
            self.company.jump(next_moment(self.story.begins, self.company.now()))
        self.began = self.company.now()
        for deed in self.story.opening:
            self._do(deed)
        ears.stir()
        self._until(lambda: self._at_rest(ears), PATIENCE_S)
        self.began = self.company.now()
        colleagues = Colleagues(story=self.story, company=self.company, seed=self.seed)
        waiting = sorted(self.story.happenings, key=lambda deed: read_span(deed.at))
        ends = self.began + read_span(self.story.lasts)
        while not self.stop.is_set():
            if self.paused.is_set():
                self.stop.wait(TICK_S)
                continue
            if not self._step(ears, colleagues, waiting, ends):
                return self._check(colleagues)
        return False

    def _step(self, ears: Ears, colleagues: Colleagues, waiting: list[AnyDeed], ends: datetime) -> bool:
        """Do what is due, or let time pass; False when the story is over."""
        now = self.company.now()
        colleagues.look(self.keys)
        if waiting and self.began + read_span(waiting[0].at) <= now:
            self._do(waiting.pop(0))
            ears.stir()
        elif intent := colleagues.due(now):
            given, since_s = len(colleagues.answers), time.monotonic()
            self.say(now, intent.who, self._try(lambda: colleagues.answer(intent, self.keys, now)))
            self._awaited += [(answer.keys, since_s) for answer in colleagues.answers[given:]]
            ears.stir()
        elif now >= ends and self._at_rest(ears):
            return False
        elif self.leaps and self._at_rest(ears):
            moments = [self.began + read_span(deed.at) for deed in waiting[:1]]
            moments += [intent.due for intent in colleagues.intents]
            self.company.jump(min([*moments, ends]))
            ears.stir(SWEPT_S)
        else:
            self.stop.wait(TICK_S)
        return True

    def _do(self, deed: AnyDeed) -> None:
        before, since_s = set(self.keys), time.monotonic()
        if isinstance(deed, Press):
            words = self._press_when_shown(deed)
        else:
            words = self._try(lambda: do(self.company, deed, self.keys))
        if words.startswith(CANNOT):
            self._refusals.append(f"{deed.who} {words}")
        done = set(self.keys) - before | ({deed.issue} & set(self.keys) if isinstance(deed, Comment) else set())
        self._awaited += [(frozenset({self.keys[name]}), since_s) for name in done]
        self.say(self.company.now(), deed.who, words)

    def _press_when_shown(self, deed: Press) -> str:
        said: list[str] = []

        def press() -> bool:
            try:
                said.append(do(self.company, deed, self.keys))
            except Refused as refusal:
                said.append(f"{CANNOT} {refusal}")
                return False
            return True

        self._until(press, PATIENCE_S)
        return said[-1] if said else "has no time for it"

    @staticmethod
    def _try(act: Callable[[], str]) -> str:
        try:
            return act()
        except Refused as refusal:
            return f"{CANNOT} {refusal}"

    def _at_rest(self, ears: Ears) -> bool:
        """Whether the bot has looked at all that is new or answered, and has had nothing to tell for a moment."""
        patience_ends = time.monotonic() - HEARD_WITHIN_S
        self._awaited = [
            (keys, at) for keys, at in self._awaited if at > patience_ends and not ears.has_looked(keys, at)
        ]
        return not self._awaited and ears.is_quiet() and self.company.is_idle()

    def _check(self, colleagues: Colleagues) -> bool:
        """Judge; what should be met and is not yet gets some real time, since the bot may be slower than the clock."""

        def settled() -> bool:
            evidence = self._evidence(colleagues)
            self.findings = [judge(check, evidence, self.capabilities) for check in self.story.ends]
            return not any(finding.state is State.MISSED for finding in self.findings)

        self._until(settled, PATIENCE_S)
        self.findings += [Finding(says=DOABLE, state=State.MISSED, why=refusal, needs=()) for refusal in self._refusals]
        return not any(finding.is_failure for finding in self.findings)

    def _evidence(self, colleagues: Colleagues) -> Evidence:
        answers, trail = colleagues.answers, self._trail
        return gather(self.company, self.story, self.keys, self.began, self._first_effect, answers, trail)

    def _trail(self, key: str) -> list[Json]:
        try:
            return self.bot.trail(key)
        except BotError:
            return []

    def _told(self, entry: Json) -> None:
        if entry.get("key") in self.keys.values():
            self.say(self.company.now(), "bot", f"{entry['key']} {entry.get('text') or entry.get('kind')}")

    def _until(self, check: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.stop.is_set() and time.monotonic() < end:
            if check():
                return True
            self.stop.wait(TICK_S)
        return False
