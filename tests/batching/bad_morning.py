"""A bad morning as the whole bot in memory lives it: reports of one defect come in one after the other."""

from typing import Any

import msgspec

from orchestrator.batching import Batch
from orchestrator.messages import Message
from rules.model import Subject, Tainted
from rules.requests import Request
from rules.ruleset import BatchRule, Ruleset
from tests.fakes.chat import YARD
from tests.fakes.rulings import ruleset
from tests.fakes.written import written
from tests.fakes.yard import Yard

OLD = 60


def batching_rules(pairs_from: int = 1000, asks_from: int = 600, **changed: Any) -> Ruleset:
    given: dict[str, Any] = {
        "from_items": 5,
        "within_hours": 24,
        "again_after_minutes": 60,
        "second_person_from": 100,
        "most": 200,
    }
    said = {"agent": "batches", "comment": "The same problem as {key}."}
    rule = BatchRule(**said | given | changed)
    rules = ruleset()
    agent = msgspec.structs.replace(rules.agents["duplicates"], asks_from=asks_from)
    workflow = msgspec.structs.replace(rules.workflows["repeats"], batches=rule)
    pairs = msgspec.structs.replace(rules.agents["duplicates"], asks_from=pairs_from)
    agents = {"duplicates": pairs, "batches": agent}
    return msgspec.structs.replace(rules, agents=agents, workflows={"repeats": workflow})


def yard_with(*texts: tuple[str, str], **changed: Any) -> Yard:
    """Have a year's other issues known, then these reported one after the other from number 1 on."""
    yard = Yard(batching_rules(**changed))
    for number in range(1000, 1000 + OLD):
        said = Tainted(text=f"nothing{number} unlike{number} quiet{number} other{number}")
        yard.report(number, f"old{number} thing{number}", description=said)
    yard.settle()
    yard.clock.pass_by(hours=48)
    for number, text in enumerate(texts, 1):
        tell(yard, number, text)
    return yard


def tell(yard: Yard, number: int, text: tuple[str, str], **more: str) -> None:
    given = {"by": "j-tom"} | more
    yard.report(number, text[0], description=Tainted(text=text[1]), **given)
    yard.settle()


def change(yard: Yard, user: str, batch: Batch, **wish: Any) -> None:
    """Have somebody change a batch, and have it carried out."""
    yard.command("batch.changed", user, Subject(kind="batch", id=batch.id), **wish)
    yard.settle()


def live(yard: Yard) -> list[Batch]:
    """Give the batches that have members, the largest first."""
    some = (one for one in yard.memory.tables.batches.values() if one.members)
    return sorted(some, key=lambda one: (-len(one.members), one.members))


def questions(yard: Yard) -> list[Request]:
    return [one for one in yard.all_requests() if one.subject.kind == "batch"]


def asked(request: Request) -> set[int]:
    return {ask.payload.item for ask in request.asks}


def linked(yard: Yard, to: int = 1) -> set[int]:
    return {number for number, item in yard.tracker.issues.items() if item.is_linked_to(to)}


def cards(yard: Yard) -> list[str]:
    return [written(message) for (channel, _), message in shown(yard) if channel == YARD]


def shown(yard: Yard) -> list[tuple[tuple[str, str], Message]]:
    return [(place, message[0]) for place, message in yard.chat.messages.items()]
