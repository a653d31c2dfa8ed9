"""Batches as every worker sees them."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from integrations.durable import LookQueue
from integrations.store.batches import PostgresBatches
from integrations.store.journal import PostgresJournal
from integrations.store.records import PostgresRecords
from orchestrator.batching import Batch, Joining, Parting
from orchestrator.changes import CardMoved, CardWanted, Changes, Entry, Outcome
from orchestrator.facts import Followed
from orchestrator.memory import Outdated
from orchestrator.remembered import CardRow
from rules.model import Line, Subject
from tests.integrations.store.stored import ITEM, NOON, database, request

SORTING = Subject(kind="batch", id="sorting")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


def write(engine: Engine, *changed: Batch, told: tuple[Parting, ...] = ()) -> None:
    PostgresJournal(engine, LookQueue()).commit(SORTING, (), Changes(batches=changed, partings=told))


def batch(id_: str, *members: int, version: int = 0) -> Batch:
    return Batch(id=id_, members=members, since=NOON, grown_at=NOON, version=version)


def test_a_batch_is_found_by_any_of_its_items(engine: Engine) -> None:
    write(engine, batch("a", 1, 7), batch("b", 3))
    store = PostgresBatches(engine)
    assert [one.id for one in store.of_items([7, 8])] == ["a"]
    assert store.batch("b") == batch("b", 3, version=1)
    assert store.batch("c") is None


def test_an_item_knows_its_batch(engine: Engine) -> None:
    write(engine, batch("a", 1, 7))
    records = PostgresRecords(engine)
    assert records.about(ITEM, "2026-03-02").batch == "a"
    assert records.about(Subject(kind="item", id="8"), "2026-03-02").batch is None


def test_an_item_knows_the_others_of_its_batch(engine: Engine) -> None:
    write(engine, batch("a", 1, 7, 9), batch("b", 3))
    mates = PostgresRecords(engine).about(ITEM, "2026-03-02").mates
    assert mates == tuple(sorted({1, 7, 9} - {int(ITEM.id)}))


def test_a_card_of_two_becomes_the_batchs_and_stays_where_it_stands(engine: Engine) -> None:
    journal, records = PostgresJournal(engine, LookQueue()), PostgresRecords(engine)
    pair = CardWanted(request="q", place="C1")
    journal.commit(ITEM, (), Changes(cards=(pair,)))
    (posted,) = records.cards("q")
    journal.card_shown(posted, "C1", "17.1", "two", None)
    of_all = Subject(kind="batch", id="a")
    moved = CardMoved(request="q", to=str(of_all))
    journal.commit(of_all, (), Changes(moved=(moved,), cards=(CardWanted(request=str(of_all), place="C1"),)))
    (card,) = records.cards(str(of_all))
    assert (card.id, card.ts, card.request) == (pair.card, "17.1", "batch:a")
    assert records.cards("q") == ()


def test_a_card_that_becomes_the_batchs_while_it_is_being_shown_stays_the_batchs(engine: Engine) -> None:
    journal, records = PostgresJournal(engine, LookQueue()), PostgresRecords(engine)
    of_all = Subject(kind="batch", id="a")
    journal.commit(ITEM, (), Changes(cards=(CardWanted(request="q", place="C1"),)))
    (in_hands,) = records.cards("q")
    journal.commit(of_all, (), Changes(moved=(CardMoved(request="q", to=str(of_all)),)))
    journal.card_shown(in_hands, "C1", "17.1", "two", None)
    assert records.cards(str(of_all)) == (
        CardRow(id=in_hands.id, request="batch:a", place="C1", channel="C1", ts="17.1", shown="two"),
    )


def test_a_card_that_becomes_the_batchs_and_turns_out_to_be_lost_is_the_batchs(engine: Engine) -> None:
    journal, records = PostgresJournal(engine, LookQueue()), PostgresRecords(engine)
    of_all = Subject(kind="batch", id="a")
    journal.commit(ITEM, (), Changes(cards=(CardWanted(request="q", place="C1"),)))
    (in_hands,) = records.cards("q")
    journal.commit(of_all, (), Changes(moved=(CardMoved(request="q", to=str(of_all)),)))
    journal.card_lost(in_hands, (), Entry(kind="card.undeliverable", subject=ITEM, at=NOON, text=Line(text="gone")))
    assert [(one.request, one.lost) for one in records.cards(str(of_all))] == [("batch:a", True)]


def test_a_batch_that_has_a_card_takes_no_other_in_the_same_place(engine: Engine) -> None:
    journal, records = PostgresJournal(engine, LookQueue()), PostgresRecords(engine)
    of_all = Subject(kind="batch", id="a")
    first = CardWanted(request=str(of_all), place="C1")
    journal.commit(of_all, (), Changes(cards=(first, CardWanted(request="q", place="C1"))))
    journal.commit(of_all, (), Changes(moved=(CardMoved(request="q", to=str(of_all)),)))
    assert [one.id for one in records.cards(str(of_all))] == [first.card]
    assert len(records.cards("q")) == 1


def test_two_batches_merge_in_one_step(engine: Engine) -> None:
    write(engine, batch("a", 1, 2), batch("b", 3))
    write(engine, batch("a", version=1), batch("b", 1, 2, 3, version=1))
    store = PostgresBatches(engine)
    assert [one.members for one in store.of_items([1])] == [(1, 2, 3)]
    assert store.batch("a") == batch("a", version=2)


def test_of_two_looks_that_write_the_same_batch_one_ends(engine: Engine) -> None:
    write(engine, batch("a", 1, 2))
    write(engine, batch("a", 1, 2, 3, version=1))
    with pytest.raises(Outdated):
        write(engine, batch("a", 1, 2, 4, version=1))
    assert PostgresBatches(engine).of_items([3])[0].members == (1, 2, 3)


def test_an_item_is_never_in_two_batches(engine: Engine) -> None:
    write(engine, batch("a", 1, 2))
    with pytest.raises(Outdated):
        write(engine, batch("b", 2, 3))


def test_what_was_told_apart_is_remembered_once(engine: Engine) -> None:
    told = Parting(id="p", ones=(1, 2), others=(5,), by="mika", at=NOON)
    write(engine, told=(told,))
    write(engine, told=(msgspec.structs.replace(told, by="priya"),))
    store = PostgresBatches(engine)
    assert store.partings([5]) == store.partings([1]) == (told,)
    assert store.partings([9]) == ()


def test_what_was_joined_is_found_by_any_of_its_issues(engine: Engine) -> None:
    joining = Joining(id="j", items=(5, 1), by="mika", at=NOON)
    PostgresJournal(engine, LookQueue()).commit(SORTING, (), Changes(joinings=(joining, joining)))
    store = PostgresBatches(engine)
    assert store.joinings([5, 9]) == store.joinings([1]) == (joining,)
    assert store.joinings([9]) == ()


def test_the_batches_that_grew_last_come_first_and_those_that_ended_not_at_all(engine: Engine) -> None:
    late = msgspec.structs.replace(batch("b", 3), grown_at=NOON + timedelta(minutes=1))
    write(engine, batch("a", 1), late, batch("c", 7), batch("d"))
    assert [one.id for one in PostgresBatches(engine).latest(2)] == ["b", "a"]
    assert [one.id for one in PostgresBatches(engine).latest(9)] == ["b", "a", "c"]


def test_the_questions_about_single_items_are_found(engine: Engine) -> None:
    PostgresJournal(engine, LookQueue()).commit(ITEM, (), Changes(requests=(request(),)))
    store = PostgresBatches(engine)
    assert [one.id for one in store.questions([7, 8])] == ["r1"]
    assert store.questions([8]) == ()


def test_how_far_an_issue_follows_is_known_from_both_ends(engine: Engine) -> None:
    write(engine, batch("a", 9))
    journal, records = PostgresJournal(engine, LookQueue()), PostgresRecords(engine)
    ours, theirs = Followed(item=7, parent=3, state="new"), Followed(item=9, parent=7, state="done", told=("done",))
    journal.commit(ITEM, (), Changes(followed=(ours, theirs, Followed(item=8, parent=3))))

    told = records.about(ITEM, "2026-03-02").followed

    assert told == (ours, msgspec.structs.replace(theirs, in_batch="a"))
    assert PostgresBatches(engine).followed([9, 10]) == (theirs,)


def test_of_one_pair_the_last_word_counts(engine: Engine) -> None:
    journal = PostgresJournal(engine, LookQueue())
    for state in ("new", "done"):
        journal.commit(
            ITEM, (), Changes(followed=(Followed(item=7, parent=3), Followed(item=7, parent=3, state=state)))
        )

    assert PostgresBatches(engine).followed([7]) == (Followed(item=7, parent=3, state="done"),)


def test_an_item_knows_what_it_was_told_apart_from(engine: Engine) -> None:
    apart = Parting(id="p", ones=(7,), others=(1, 3), by="mika", at=NOON)
    write(engine, told=(apart, Parting(id="q", ones=(8,), others=(9,), by="mika", at=NOON)))

    assert PostgresRecords(engine).about(ITEM, "2026-03-02").partings == (apart,)


def test_each_issue_of_a_decision_has_an_outcome_of_its_own(engine: Engine) -> None:
    subject = Subject(kind="batch", id="a")
    came = [Outcome(decision="d", kind="reopened", by=None, at=NOON, item=item) for item in (7, 8, 8)]
    PostgresJournal(engine, LookQueue()).commit(subject, (), Changes(outcomes=tuple(came)))

    assert PostgresRecords(engine).about(subject, "2026-03-02").outcomes == ("reopened:d:7", "reopened:d:8")
