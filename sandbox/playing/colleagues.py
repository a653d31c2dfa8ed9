"""Colleagues who see the bot's questions in Slack and answer them when their time has come. Speaks HTTP only.

Careful ones say yes where all issues of a card are the same problem by the story, and where it is about one issue
alone, which it takes for nothing else; careless ones say yes to anything.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.playing.cards import Card, cards_on
from sandbox.playing.company import Company, Refused
from sandbox.playing.doing import press
from sandbox.playing.hours import Colleague, Manner, answers_at
from sandbox.playing.script import Story, named

APPROVE, REJECT = "request.approve", "request.reject"
DIFFERENT = "these are different problems"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody pressed on a card, when, and about which issues."""

    who: str
    button: str
    at: datetime
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Intent:
    """Somebody will answer a question; `question` is what its button stands for."""

    due: datetime
    who: str
    ts: str
    question: str


@dataclass(slots=True, kw_only=True)
class Colleagues:
    """Those of one story; `seed` makes their moments repeat."""

    story: Story
    company: Company
    seed: str
    seen: set[tuple[str, str, str]] = field(default_factory=set)
    intents: list[Intent] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def look(self, keys: dict[str, str]) -> None:
        """Have everybody look into Slack; whoever finds a new question about the story's issues will answer it."""
        ours = {keys[name] for name in self.story.cast if name in keys}
        for who, colleague in self.story.colleagues.items():
            for card in cards_on(self.company.screen(who), who):
                button = card.button(APPROVE)
                if button and card.keys & ours:
                    self._notice(who, colleague, card, str(button.get("value")))

    def due(self, now: datetime) -> Intent | None:
        """The first answer whose time has come, taken off the list."""
        self.intents.sort()
        return self.intents.pop(0) if self.intents and self.intents[0].due <= now else None

    def answer(self, intent: Intent, keys: dict[str, str], now: datetime) -> str:
        """Give an answer, and say in words what came of it."""
        shown = [card for card in cards_on(self.company.screen(intent.who), intent.who) if card.ts == intent.ts]
        card = shown[0] if shown else None
        open_still = card.button(APPROVE) if card else None
        if card is None or open_still is None or str(open_still.get("value")) != intent.question:
            return "finds the question answered already"
        button = card.button(self._verdict(intent.who, card, keys))
        if button is None:
            return "finds no button for the answer"
        press(self.company, intent.who, card, button, DIFFERENT)
        action = str(button["action_id"]).partition(":")[0]
        self.answers.append(Answer(who=intent.who, button=action, at=now, keys=card.keys))
        return f"presses {button['text']['text']}"

    def _notice(self, who: str, colleague: Colleague, card: Card, question: str) -> None:
        if (who, card.ts, question) in self.seen:
            return
        self.seen.add((who, card.ts, question))
        nth = len([one for one in self.seen if one[0] == who])
        zone = self.company.person(who).zone
        due = answers_at(colleague, zone, card.at, f"{self.seed} {self.story.number} {who} {nth}")
        if due is not None:
            self.intents.append(Intent(due=due, who=who, ts=card.ts, question=question))

    def _verdict(self, who: str, card: Card, keys: dict[str, str]) -> str:
        if self.story.colleagues[who].manner is Manner.CARELESS or len(card.keys) == 1:
            return APPROVE
        groups = [
            {keys.get(name, name) for pattern in group for name in named(pattern, self.story.cast)}
            for group in self.story.same
        ]
        return APPROVE if any(card.keys <= group for group in groups) else REJECT


def all_known(company: Company, story: Story) -> None:
    """Refuse a story with people whom the company does not have."""
    used = {*story.colleagues, *(deed.who for deed in story.deeds)}
    if missing := sorted(used - {*company.people}):
        raise Refused(f"nobody in this company is called {', '.join(missing)}")
