"""The whole bot in memory, with a small company around it: people report, vote and undo; looks are done until rest."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import msgspec

from orchestrator.assigning.allotting import Allotter
from orchestrator.batching.gathering import BatchGatherer
from orchestrator.batching.showing import BatchShowing
from orchestrator.batching.sorting import Sorter
from orchestrator.cardlook import CardLook
from orchestrator.engine import Engine
from orchestrator.enquiry import Enquiry
from orchestrator.execution import Execution, Later
from orchestrator.facts import ActionRecord
from orchestrator.forecast.foretelling import Foretelling, ReadHistories
from orchestrator.gather import Gatherer
from orchestrator.home import OPENED
from orchestrator.home.looking import HomeLook
from orchestrator.memory import Outdated
from orchestrator.messages import Message
from orchestrator.noise.restraining import Restraining
from orchestrator.ports import GatewayError
from orchestrator.watching.looking import Watcher
from rules.model import Event, Item, Subject, Switch, Tainted
from rules.requests import Request, RequestState
from rules.ruleset import Ruleset
from tests.fakes.chat import YARD, FakeChat
from tests.fakes.clock import SetClock
from tests.fakes.grants import FakeGrants
from tests.fakes.models import FakeModels, FakePatterns
from tests.fakes.people import FakeAudience, FakeDirectory
from tests.fakes.rulings import ruleset
from tests.fakes.store import FakeMemory
from tests.fakes.tracker import OPEN, FakeTracker
from tests.fakes.written import written

PROBLEM = "Checkout fails with gateway timeout after the 3-D Secure challenge"
TRACE = "GatewayTimeoutException in ChallengeClient.await, upstream acs-proxy did not answer within 30000 ms"


class Yard:
    """Everything wired. `settle` does looks until nothing is left to do; `waits` are subjects that said Later."""

    def __init__(self, rules: Ruleset | None = None) -> None:
        self.clock = SetClock()
        self.tracker = FakeTracker(now=self.clock.now)
        self.chat = FakeChat(now=self.clock.now, members_of={YARD: ("UDANA", "UMIKA", "UPRIYA", "UTOM")})
        self.directory = FakeDirectory()
        self.audience = FakeAudience(self.tracker, self.chat, self.directory)
        self.memory = FakeMemory(self.clock.monotonic, rules or ruleset())
        self.grants = FakeGrants(self.memory)
        self.models = FakeModels()
        self.waits: dict[Subject, float] = {}
        self.delivered: list[Event] = []
        self.warnings: list[str] = []
        self._numbers = count(1)
        self.engine = self._wired()

    def _wired(self) -> Engine:
        clock, tracker, chat, memory = self.clock, self.tracker, self.chat, self.memory
        gatherer = Gatherer(
            clock=clock,
            tracker=tracker,
            chat=chat,
            items=memory.items,
            records=memory,
            models=self.models,
            directory=self.directory,
            audience=self.audience,
            foretelling=Foretelling(
                past=memory.items, histories=ReadHistories(past=memory.items), models=FakePatterns()
            ),
            grants=self.grants,
        )
        batches = BatchGatherer(gatherer=gatherer, batches=memory)
        restraining = Restraining(
            clock=clock,
            items=memory.items,
            records=memory,
            directory=self.directory,
            audience=self.audience,
            kept=memory,
        )
        cards = CardLook(
            clock=clock,
            chat=chat,
            items=memory.items,
            records=memory,
            journal=memory,
            directory=self.directory,
            audience=self.audience,
            batches=BatchShowing(gathering=batches),
            restraining=restraining,
            notices=memory,
            warn=self.warnings.append,
            grants=self.grants,
        )
        execution = Execution(
            clock=clock,
            tracker=tracker,
            items=memory.items,
            records=memory,
            journal=memory,
            monotonic=clock.monotonic,
        )
        enquiry = Enquiry(
            gatherer=gatherer, items=memory.items, records=memory, tracker=tracker, cards=cards, alerts=memory
        )
        return Engine(
            rulebook=memory,
            records=memory,
            journal=memory,
            gatherer=gatherer,
            batches=batches,
            allotter=Allotter(suiting=enquiry.suiting(), batches=memory, kept=memory),
            sorter=Sorter(clock=clock, items=memory.items, batches=memory, models=self.models),
            execution=execution,
            cards=cards,
            enquiry=enquiry,
            homes=HomeLook(gatherer=gatherer, homes=memory, restraining=restraining, notices=memory, alerts=memory),
            watcher=Watcher(
                gatherer=gatherer, batches=memory, notices=memory, alerts=memory, suiting=enquiry.suiting()
            ),
            chat=chat,
            warn=self.warnings.append,
        )

    # What people do

    def report(self, number: int, summary: str = PROBLEM, by: str = "j-dana", **more: Any) -> Item:
        """Report an issue in Jira, a minute after the one before."""
        self.clock.pass_by(minutes=1)
        project = more.pop("project", "WEB")
        given: dict[str, Any] = {
            "key": f"{project}-{number}",
            "project": project,
            "summary": Tainted(text=summary),
            "description": Tainted(text=TRACE),
            "type": "Bug",
            "status": OPEN,
            "created": self.clock.now(),
            "updated": self.clock.now(),
            "reporter": by,
        }
        item = Item(id=number, **given | more)
        self.tracker.add(item, by)
        return item

    def repeat(self, **more: Any) -> Request:
        """Have issue 2 repeat issue 1, and give the question about it."""
        self.report(1, by="j-tom")
        self.settle()
        self.report(2, **more)
        self.settle()
        return self.only_request()

    def command(self, name: str, user: str, subject: Subject, **payload: Any) -> Event:
        """Give a command, as the door would store it."""
        event = Event(
            id=f"slack-{next(self._numbers)}",
            kind="command",
            name=name,
            source="slack",
            subject=subject,
            received_at=payload.pop("received_at", self.clock.now()),
            payload={"user": user, "channel": YARD, **payload},
        )
        self.memory.put(event)
        return event

    def vote(self, user: str, request: Request, choice: str = "approve", **more: Any) -> Event:
        return self.command("vote.cast", user, request.subject, request=request.id, choice=choice, **more)

    def approve(self, user: str = "UMIKA") -> Request:
        """Vote for the only open question, and have it carried out."""
        request = self.only_request(RequestState.PENDING)
        self.vote(user, request)
        self.settle()
        return self.request(request.id)

    def undo(self, user: str, request: Request) -> Event:
        return self.command("undo.asked", user, request.subject, request=request.id)

    def retry(self, user: str, request: Request) -> Event:
        return self.command("retry.asked", user, request.subject, request=request.id)

    def ask(self, user: str, word: str, argument: str = "") -> Message:
        """Ask by slash command, and give the answer."""
        self.command("command.given", user, Subject(kind="person", id=user), word=word, argument=argument)
        self.settle()
        return self.chat.replies[-1][1]

    def open_home(self, user: str) -> str:
        """Open the page in App Home, and give what stands there, written out."""
        self.memory.put(
            Event(
                id=f"slack-{next(self._numbers)}",
                kind="signal",
                name=OPENED,
                source="slack",
                subject=Subject(kind="home", id=user),
                received_at=self.clock.now(),
            )
        )
        self.settle()
        return self.home(user)

    def home(self, user: str) -> str:
        """What stands on somebody's page, written out."""
        return written(self.chat.homes[user])

    def press_details(self, user: str, request: Request) -> Message:
        self.command("details.asked", user, Subject(kind="person", id=user), request=request.id, view="v1")
        self.settle()
        return self.chat.replies[-1][1]

    def mention(self, user: str, text: str, *keys: str, name: str = "bot.mentioned") -> None:
        event = Event(
            id=f"slack-{next(self._numbers)}",
            kind="command" if name == "bot.mentioned" else "signal",
            name=name,
            source="slack",
            subject=Subject(kind="conversation", id=f"{YARD}/1.1"),
            received_at=self.clock.now(),
            payload={
                "user": user,
                "channel": YARD,
                "ts": "1.1",
                "text": {"as": "tainted", "text": text, "source": "slack"},
                "keys": list(keys),
            },
        )
        self.memory.put(event)
        self.settle()

    def stop(self, scope: str = "everything", name: str = "") -> None:
        switch = msgspec.convert({"scope": scope, "name": name, "by": "Priya", "at": self.clock.now()}, Switch)
        self.memory.tables.switches.append(switch)

    def resume(self) -> None:
        self.memory.tables.switches.clear()
        held, self.memory.tables.held = self.memory.tables.held, set()
        self.memory.tables.wanted |= dict.fromkeys(held)
        self.settle()

    # What the machine does

    def settle(self) -> None:
        """Deliver webhooks and do looks until all is quiet."""
        for _ in range(200):
            self.deliver()
            if not self.memory.tables.wanted:
                return
            self.look(next(iter(self.memory.tables.wanted)))
        raise AssertionError("looks go on for ever")

    def deliver(self) -> None:
        while self.tracker.webhooks:
            self.delivered.append(self.tracker.webhooks.pop(0))
            self.memory.put(self.delivered[-1])

    def look(self, subject: Subject) -> None:
        """Do one look as a worker does it."""
        self.memory.tables.wanted.pop(subject, None)
        self.waits.pop(subject, None)
        try:
            self.engine.look(subject, self.memory.unhandled(subject))
        except Later as later:
            self.waits[subject] = later.seconds
        except Outdated:
            self.memory.tables.wanted[subject] = None
        except GatewayError as error:
            self.waits[subject] = error.retry_after or 1.0

    def pass_by(self, **how_long: float) -> None:
        """Let time pass, and do what is due then."""
        end = self.clock.now() + timedelta(**how_long)
        self.clock.pass_by(**how_long)
        due = [subject for subject, at in self.memory.tables.timers.items() if at <= end]
        for subject in due:
            del self.memory.tables.timers[subject]
        self.memory.tables.wanted |= dict.fromkeys([*due, *self.waits])
        self.settle()

    # What is to be seen

    def request(self, id_: str) -> Request:
        return self.memory.tables.requests[id_]

    def all_requests(self, *states: RequestState) -> list[Request]:
        everything = sorted(self.memory.tables.requests.values(), key=lambda one: one.asked_at)
        return [one for one in everything if not states or one.state in states]

    def only_request(self, *states: RequestState) -> Request:
        found = self.all_requests(*states)
        assert len(found) == 1, [(one.state, one.note) for one in found]
        return found[0]

    def records(self, request: Request) -> list[ActionRecord]:
        mine = (one for one in self.memory.tables.actions.values() if one.request == request.id)
        return sorted(mine, key=lambda one: one.position)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.memory.tables.ledger]

    def outcomes(self) -> list[str]:
        return [kind for _, kind, *_ in self.memory.tables.outcomes]

    def card(self) -> str:
        """The only card, written out."""
        assert len(self.chat.messages) == 1, list(self.chat.messages)
        return written(next(iter(self.chat.messages.values()))[0])

    def said(self) -> str:
        """The last answer, written out."""
        return written(self.chat.replies[-1][1])
