from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine, text

from integrations.durable import LookQueue
from integrations.store.intake import PostgresIntake
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.changes import CardWanted, Changes, Entry, Outcome
from orchestrator.facts import RecordState
from orchestrator.memory import Outdated
from orchestrator.ports import Receipt
from rules.model import Line, Subject
from rules.requests import RequestState, Vote
from tests.integrations.store.stored import (
    ITEM,
    NOON,
    clear_jobs,
    database,
    event,
    jobs,
    kinds,
    record,
    request,
)

SEEN = Entry(kind="look.done", subject=ITEM, at=NOON, text=Line(text="looked"), once="look-1")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def journal(engine: Engine) -> PostgresJournal:
    return PostgresJournal(engine, LookQueue())


@pytest.fixture
def records(engine: Engine) -> PostgresRecords:
    return PostgresRecords(engine)


def vote(event_id: str = "v1", human: str = "mika", **more: object) -> Vote:
    return msgspec.structs.replace(Vote(request="r1", human=human, choice="approve", at=NOON, event=event_id), **more)


def test_a_look_is_written_as_a_whole(engine: Engine, journal: PostgresJournal, records: PostgresRecords) -> None:
    PostgresIntake(engine, LookQueue()).put(event("e1"))
    outcome = Outcome(decision="d0", kind="confirmed", by="mika", at=NOON)

    journal.commit(
        ITEM,
        [event("e1")],
        Changes(entries=(SEEN,), requests=(request(),), records=(record(),), outcomes=(outcome,), votes=(vote(),)),
    )

    assert records.unhandled(ITEM) == ()
    assert records.requests(ITEM) == (request(version=1),)
    assert records.actions(ITEM) == (record(),)
    assert records.about(ITEM, "2026-03-02").outcomes == ("confirmed:d0",)
    assert kinds(engine) == ["event.received", "look.done"]


def test_events_that_another_look_has_handled_take_nothing_with_them(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    PostgresIntake(engine, LookQueue()).put(event("e1"))
    journal.commit(ITEM, [event("e1")], Changes())

    with pytest.raises(Outdated):
        journal.commit(ITEM, [event("e1")], Changes(requests=(request(),), entries=(SEEN,)))

    assert records.requests(ITEM) == ()
    assert "look.done" not in kinds(engine)


def test_a_request_moves_on_from_the_version_that_was_read(journal: PostgresJournal, records: PostgresRecords) -> None:
    journal.commit(ITEM, (), Changes(requests=(request(),)))
    (read,) = records.requests(ITEM)

    journal.commit(ITEM, (), Changes(requests=(msgspec.structs.replace(read, state=RequestState.APPROVED),)))

    assert records.request("r1") == request(state=RequestState.APPROVED, version=2)
    assert records.pending(10) == ()


@pytest.mark.parametrize("stale", [request(version=1, note="late"), request(note="asked again")])
def test_what_another_look_changed_is_not_overwritten(
    journal: PostgresJournal, records: PostgresRecords, stale: object
) -> None:
    journal.commit(ITEM, (), Changes(requests=(request(),)))
    journal.commit(ITEM, (), Changes(requests=(request(version=1, note="first"),)))

    with pytest.raises(Outdated):
        journal.commit(ITEM, (), Changes(requests=(stale,)))  # type: ignore[arg-type]

    assert records.request("r1") == request(version=2, note="first")


def test_a_human_has_one_vote_that_counts(engine: Engine, journal: PostgresJournal) -> None:
    journal.commit(ITEM, (), Changes(votes=(vote("v1"),)))

    with pytest.raises(Outdated):
        journal.commit(ITEM, (), Changes(votes=(vote("v2"),), entries=(SEEN,)))
    journal.commit(ITEM, (), Changes(votes=(vote("v3", counts=False), vote("v4", human="priya"))))

    with engine.connect() as connection:
        found = connection.execute(text("SELECT event FROM votes ORDER BY event")).scalars().all()
    assert found == ["v1", "v3", "v4"]
    assert kinds(engine) == []


def test_a_vote_that_is_taken_back_lets_the_human_vote_again(engine: Engine, journal: PostgresJournal) -> None:
    journal.commit(ITEM, (), Changes(votes=(vote("v1"),)))

    journal.commit(ITEM, (), Changes(votes=(vote("v1", counts=False), vote("v2"))))

    with engine.connect() as connection:
        found = connection.execute(text("SELECT event, counts FROM votes ORDER BY event")).all()
    assert [tuple(row) for row in found] == [("v1", False), ("v2", True)]


def test_a_request_is_undone_once(journal: PostgresJournal, records: PostgresRecords) -> None:
    journal.commit(ITEM, (), Changes(requests=(request("u1", undoes="r1"),)))

    with pytest.raises(Outdated):
        journal.commit(ITEM, (), Changes(requests=(request("u2", undoes="r1"),)))

    undoing = records.undoing("r1")
    assert undoing is not None
    assert undoing.id == "u1"


def test_pending_questions_are_told_by_when_they_expire(journal: PostgresJournal, records: PostgresRecords) -> None:
    later = request("r2", expires_at=NOON + timedelta(days=2))
    journal.commit(ITEM, (), Changes(requests=(later, request("r1"))))

    assert [one.id for one in records.pending(10)] == ["r1", "r2"]
    assert [one.id for one in records.pending(1)] == ["r1"]


def test_cards_are_rendered_when_their_request_changes_one_at_a_time_in_a_channel(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    wanted = (CardWanted(request="r1", place="C1"), CardWanted(request="r1", place="user:U1"))
    journal.commit(ITEM, (), Changes(requests=(request(),), cards=wanted))
    looks = jobs(engine)
    assert sorted(lock for _, lock, _ in looks) == ["place:C1", "place:user:U1"]
    assert {subject for subject, *_ in looks} == {f"card:{one.id}" for one in records.cards("r1")}
    clear_jobs(engine)

    journal.commit(ITEM, (), Changes(requests=(request(version=1, state=RequestState.REJECTED),)))

    assert jobs(engine) == looks


def test_undoing_a_request_renders_its_card_again(engine: Engine, journal: PostgresJournal) -> None:
    journal.commit(ITEM, (), Changes(requests=(request(),), cards=(CardWanted(request="r1", place="C1"),)))
    clear_jobs(engine)

    journal.commit(ITEM, (), Changes(requests=(request("u1", undoes="r1"),), records=(record(request="u1"),)))
    assert len(jobs(engine)) == 1
    clear_jobs(engine)

    journal.claim(record(request="u1"), {}, 10, "2026-03-02", NOON)
    journal.finish(record(request="u1"), Receipt(id="1"), NOON)
    assert len(jobs(engine)) == 1


def test_an_event_for_another_subject_is_stored_with_the_look(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    other = Subject(kind="item", id="8")

    journal.commit(ITEM, (), Changes(events=(event("e8", subject=other, kind="command"),)))

    assert [one.id for one in records.unhandled(other)] == ["e8"]
    assert jobs(engine) == [("item:8", "item:8", 10)]


def test_a_failed_action_is_planned_again_but_no_other(journal: PostgresJournal, records: PostgresRecords) -> None:
    journal.commit(ITEM, (), Changes(records=(record("k1"), record("k2"))))
    journal.claim(record("k1"), {}, 10, "2026-03-02", NOON)
    journal.fail(record("k1"), "Jira said 400", NOON)
    journal.claim(record("k2"), {}, 10, "2026-03-02", NOON)

    journal.commit(ITEM, (), Changes(records=(record("k1", attempts=1), record("k2"))))

    assert [(one.key, one.state) for one in records.actions(ITEM)] == [
        ("k1", RecordState.PLANNED),
        ("k2", RecordState.CLAIMED),
    ]


def test_where_a_card_stands_is_kept(engine: Engine, journal: PostgresJournal, records: PostgresRecords) -> None:
    journal.commit(ITEM, (), Changes(cards=(CardWanted(request="r1", place="C1"),)))
    (card,) = records.cards("r1")

    journal.card_trying(card, "C1", NOON)
    trying = records.card(card.id)
    assert trying is not None
    assert (trying.channel, trying.ts, trying.trying_since) == ("C1", None, NOON)

    journal.card_shown(trying, "C1", "17.5", "hash", NOON + timedelta(minutes=10))
    shown = records.card(card.id)
    assert shown is not None
    assert (shown.ts, shown.shown, shown.trying_since) == ("17.5", "hash", None)
    with engine.connect() as connection:
        due = connection.execute(
            text("SELECT next_look_at FROM subjects WHERE subject = :it"), {"it": f"card:{card.id}"}
        )
        assert due.scalar() == NOON + timedelta(minutes=10)


def test_a_card_that_is_lost_is_replaced_by_others(
    engine: Engine, journal: PostgresJournal, records: PostgresRecords
) -> None:
    journal.commit(ITEM, (), Changes(cards=(CardWanted(request="r1", place="C1"),)))
    clear_jobs(engine)
    (card,) = records.cards("r1")
    told = Entry(kind="card.undeliverable", subject=ITEM, at=NOON, text=Line(text="gone"))

    for _ in range(2):
        journal.card_lost(card, [CardWanted(request="r1", place="user:U1")], told)

    assert {(one.place, one.lost) for one in records.cards("r1")} == {("C1", True), ("user:U1", False)}
    (other,) = (one for one in records.cards("r1") if not one.lost)
    assert [subject for subject, *_ in jobs(engine)] == [f"card:{other.id}"]
    assert "card.undeliverable" in kinds(engine)


def test_standing_counts_what_there_is(engine: Engine, journal: PostgresJournal, records: PostgresRecords) -> None:
    intake = PostgresIntake(engine, LookQueue())
    intake.put(event("e1"))
    intake.bury(event("e2"), "strange")
    journal.commit(ITEM, (), Changes(requests=(request(),), records=(record("k1"), record("k2"))))
    journal.claim(record("k2"), {}, 10, "2026-03-02", NOON)
    journal.fail(record("k2"), "no", NOON)

    standing = records.standing()

    assert (standing.waiting, standing.buried, standing.pending) == (1, 1, 1)
    assert (standing.open_actions, standing.failed_actions) == (1, 1)
    assert standing.ledger_rows == standing.unsealed == len(kinds(engine))
