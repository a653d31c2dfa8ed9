"""The search index: what it finds, and that its counts are those of the documents."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Barrier

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from integrations.store import search
from integrations.store.indexing import read
from integrations.store.items import PostgresItems
from orchestrator.gather import query_of
from orchestrator.related import Candidate, Corpus, Query, query_terms, terms
from rules.canonical import plain
from rules.model import Item, Snapshot
from tests.integrations.store.seen import DONE, MONDAY, gone, minute, seen, whole
from tests.integrations.store.stored import database

LONG_AGO = MONDAY.replace(year=2000)
SUMMARIES = ("Checkout fails", "Checkout is slow on mondays", "Badge reader fails", "Wiki loses pages")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def items(engine: Engine) -> PostgresItems:
    return PostgresItems(engine)


def known(items: PostgresItems, item: int) -> Item:
    found = items.item(item)
    assert found is not None
    return found


def found(items: PostgresItems, words: str, item: int = 0, resolved_after: datetime = LONG_AGO) -> list[int]:
    """The ids that a search for these words gives."""
    ids = terms(words, "").ids
    return sorted(candidate.id for candidate in items.search(ids, item, resolved_after))


def counted(engine: Engine) -> Corpus:
    """The statistics of all terms, counted from the documents."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT terms, candidate FROM documents JOIN document_terms USING (id)")).all()
    df = Counter(term for row in rows for term in row.terms)
    length = sum(read(row.candidate).length for row in rows)
    return Corpus(documents=len(rows), average_length=length / max(len(rows), 1), df=df)


def stated(items: PostgresItems, engine: Engine) -> Corpus:
    """The statistics of all terms, as the index states them."""
    with engine.connect() as connection:
        return items.corpus(connection.execute(text("SELECT term FROM term_frequencies")).scalars().all())


def test_items_that_hold_any_of_the_terms_are_found(items: PostgresItems) -> None:
    items.merge([whole(place, summary=summary) for place, summary in enumerate(SUMMARIES, 1)])

    assert found(items, "checkout badge") == [1, 2, 3]


def test_an_item_does_not_find_itself(items: PostgresItems) -> None:
    items.merge([whole(1), whole(2)])

    assert found(items, "checkout", item=1) == [2]


def test_of_more_than_a_search_gives_those_that_share_most_are_given(
    items: PostgresItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST", 2)
    items.merge([whole(id_, summary=SUMMARIES[id_ % 2]) for id_ in (5, 1, 4, 2, 3)])

    assert found(items, "checkout fails") == [2, 4]


def test_a_rare_word_tells_more_than_a_common_one(items: PostgresItems, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 1)
    items.merge([whole(1, summary="Wiki loses pages"), *(whole(id_, summary="Checkout fails") for id_ in (2, 3, 4))])

    assert found(items, "checkout pages") == [1]


def test_of_an_alert_that_is_filed_again_and_again_the_youngest_are_given(
    items: PostgresItems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST", 2)
    items.merge([whole(id_) for id_ in (5, 1, 4, 2, 3)])

    assert found(items, "checkout fails") == [4, 5]


@pytest.mark.parametrize("words", ["", "unheard"])
def test_words_that_nobody_said_find_nothing(items: PostgresItems, words: str) -> None:
    items.merge([whole(1)])

    assert found(items, words) == []


def test_what_was_resolved_before_is_left_out(items: PostgresItems) -> None:
    for id_, at in ((1, 10), (2, 20), (3, 30)):
        items.merge([whole(id_, at=at, status=DONE, resolved_at=plain(minute(at)))])

    assert found(items, "checkout", resolved_after=minute(20)) == [3]


def test_what_is_open_is_found_however_old(items: PostgresItems) -> None:
    items.merge([whole(1)])

    assert found(items, "checkout", resolved_after=minute(10_000)) == [1]


def test_what_was_reopened_is_open_though_its_resolution_date_stayed(items: PostgresItems) -> None:
    items.merge([whole(1, resolved_at=plain(minute(1)))])

    assert found(items, "checkout", resolved_after=minute(20)) == [1]


@pytest.mark.parametrize(("after", "expected"), [(5, [1]), (15, [])])
def test_what_is_done_without_a_resolution_was_over_at_its_last_update(
    items: PostgresItems, after: int, expected: list[int]
) -> None:
    items.merge([whole(1, at=10, status=DONE)])

    assert found(items, "checkout", resolved_after=minute(after)) == expected


def test_a_resolution_alone_takes_an_item_out_of_the_search(items: PostgresItems) -> None:
    items.merge([whole(1)])
    items.merge([seen(1, at=1, status=DONE, resolved_at=plain(minute(1)))])

    assert found(items, "checkout", resolved_after=minute(2)) == []


def test_a_candidate_is_what_the_ranking_would_make_of_the_item(items: PostgresItems) -> None:
    told = whole(7, description="The form says 500", components=["cards", "web"], reporter="acc-dana")
    items.merge([told])
    issue = query_of(known(items, 7))

    candidates = items.candidates([7, 8])

    assert candidates == (as_candidate(7, issue),)
    assert items.search(issue.terms.ids, 0, LONG_AGO) == candidates


def as_candidate(item: int, issue: Query) -> Candidate:
    return Candidate.of(item, issue.terms, issue.traits)


def test_candidates_are_given_though_they_were_resolved_long_ago(items: PostgresItems) -> None:
    items.merge([whole(7, status=DONE, resolved_at="1999-01-01T00:00:00Z")])

    assert [candidate.id for candidate in items.candidates([7])] == [7]


def test_an_item_without_words_is_a_document_that_nothing_finds(items: PostgresItems, engine: Engine) -> None:
    items.merge([whole(7, summary="")])

    assert [candidate.ids for candidate in items.candidates([7])] == [()]
    assert stated(items, engine) == Corpus(documents=1, average_length=0.0, df={})


def test_changed_words_are_found_and_former_ones_are_not(items: PostgresItems) -> None:
    items.merge([whole(1, summary="Checkout fails")])
    items.merge([seen(1, at=1, summary="Badge reader fails")])

    assert (found(items, "checkout"), found(items, "badge")) == ([], [1])


def test_a_changed_trait_is_known_to_the_search(items: PostgresItems) -> None:
    items.merge([whole(1)])
    items.merge([seen(1, at=1, components=["cards"], type="Task", project="OPS", reporter="acc-eli")])

    traits = items.candidates([1])[0].traits

    assert (traits.components, traits.kind, traits.project, traits.reporter) == (("cards",), "Task", "OPS", "acc-eli")


@pytest.mark.parametrize("deletion", [whole(1, at=1, deleted=True), gone(1)])
def test_deleted_items_leave_the_index(items: PostgresItems, engine: Engine, deletion: Snapshot) -> None:
    items.merge([whole(1), whole(2)])
    items.merge([deletion])

    assert found(items, "checkout") == [2]
    assert items.candidates([1]) == ()
    assert stated(items, engine) == counted(engine)
    assert stated(items, engine).documents == 1


def test_what_a_read_finds_again_is_back_in_the_index(items: PostgresItems, engine: Engine) -> None:
    for snapshot in (whole(1), gone(1), whole(1)):
        items.merge([snapshot])

    assert found(items, "checkout") == [1]
    assert stated(items, engine) == counted(engine)


def test_an_index_of_former_terms_is_renewed_with_the_item(items: PostgresItems, engine: Engine) -> None:
    items.merge([whole(1)])
    old = msgspec.msgpack.encode(
        replace(items.candidates([1])[0], terms=bytes((5, 0, 0, 0)), times=bytes((1,)), length=1)
    )
    with engine.begin() as connection:
        connection.execute(text("UPDATE documents SET terms_version = '0', candidate = :old"), {"old": old})
        connection.execute(text("UPDATE document_terms SET terms = '{5}'"))
        connection.execute(text("DELETE FROM term_frequencies"))
        connection.execute(text("INSERT INTO term_frequencies VALUES (5, 1)"))
        connection.execute(text("UPDATE corpus SET length = 1"))

    items.merge([seen(1, at=1, priority="Major")])

    assert found(items, "checkout") == [1]
    assert stated(items, engine) == counted(engine)


@st.composite
def lives(draw: st.DrawFn) -> list[list[Snapshot]]:
    """Merges of a few items, with texts that change, deletions and reads that find nothing."""
    several = []
    for at in range(draw(st.integers(1, 6))):
        payloads: list[Snapshot] = []
        for item in draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)):
            summary = draw(st.sampled_from(SUMMARIES))
            told = whole(item, at=at, summary=summary, deleted=draw(st.integers(0, 4)) == 0)
            payloads.append(draw(st.sampled_from([told, told, seen(item, at=at, summary=summary), gone(item)])))
        several.append(payloads)
    return several


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lives())
def test_the_counts_are_those_of_the_documents_and_these_those_of_the_items(
    items: PostgresItems, engine: Engine, life: list[list[Snapshot]]
) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE items, item_keys, documents, document_terms, term_frequencies, corpus"))
    for payloads in life:
        items.merge(payloads)

    alive = [item for item in items.items(range(1, 5)) if not item.deleted]
    assert items.candidates(range(1, 5)) == tuple(as_candidate(item.id, query_of(item)) for item in alive)
    assert stated(items, engine) == counted(engine)


def at_once(works: Sequence[Callable[[], object]]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for running in [pool.submit(work) for work in works]:
            running.result()


def test_the_counts_are_exact_after_many_workers_wrote_the_same_words_at_once(
    items: PostgresItems, engine: Engine
) -> None:
    def work(worker: int) -> None:
        for turn in range(12):
            own = whole(100 + worker, at=turn, summary=SUMMARIES[turn % 4], description=f"turn{turn} worker{worker}")
            shared = [whole(id_, at=12 * worker + turn, summary=SUMMARIES[(turn + id_) % 4]) for id_ in (3, 1, 2)]
            items.merge([own, *shared] if turn % 5 else [own, gone(1 + turn % 3)])

    at_once([partial(work, worker) for worker in range(4)])

    alive = [one for one in items.items(range(200)) if not one.deleted]
    assert len(alive) >= 4
    assert stated(items, engine) == counted(engine)
    assert stated(items, engine).documents == len(alive)


def test_of_near_twins_merged_at_once_at_least_one_finds_the_other(items: PostgresItems) -> None:
    def look(item: int, meet: Barrier) -> list[int]:
        meet.wait()
        items.merge([whole(item, summary=f"Invoice number{item // 10} is never sent")])
        return looked(items, item)

    for ten in range(10, 110, 10):
        meet = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(look, (ten, ten + 1), (meet, meet))

        assert ten + 1 in one or ten in other


def looked(items: PostgresItems, item: int) -> list[int]:
    """What a look at an item finds, as the gatherer asks."""
    query = query_of(known(items, item)).terms
    corpus = items.corpus(query.ids)
    chosen = query_terms(query, corpus.df, corpus.documents)
    return [candidate.id for candidate in items.search(chosen, item, LONG_AGO)]
