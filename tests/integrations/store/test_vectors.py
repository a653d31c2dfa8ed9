from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import Engine, create_engine, text

from integrations.store import vectors as module
from integrations.store.items import PostgresItems
from integrations.store.vectors import NoPgvector, PostgresVectors, Told
from rules.canonical import plain
from tests.integrations.store.seen import DONE, gone, minute, whole
from tests.integrations.store.stored import database

LONG_AGO = minute(-10_000)
EAST, NORTH, BETWEEN, WEST = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [-1.0, 0.0]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with database(database_url) as engine:
        yield engine


@pytest.fixture
def vectors(engine: Engine) -> PostgresVectors:
    prepared = PostgresVectors(engine, "compass", 2)
    prepared.prepare()
    return prepared


def known(engine: Engine, *ids: int, closed: datetime | None = None) -> None:
    more = {} if closed is None else {"status": DONE, "resolved_at": plain(closed)}
    PostgresItems(engine).merge([whole(id_, **more) for id_ in ids])


def told(item: int, vector: list[float] | None, said: bytes = b"so") -> Told:
    return Told(item=item, said=said, vector=vector)


def test_the_nearest_are_given_with_how_near_they_are(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1, 2, 3)
    vectors.keep([told(1, EAST), told(2, BETWEEN), told(3, NORTH)])

    assert vectors.near(EAST, 0, LONG_AGO, ()) == {1: 1000, 2: 600, 3: 0}


def test_what_points_away_is_as_far_as_can_be(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1)
    vectors.keep([told(1, WEST)])

    assert vectors.near(EAST, 0, LONG_AGO, ()) == {1: 0}


def test_an_item_is_not_near_itself(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1, 2)
    vectors.keep([told(1, EAST), told(2, EAST)])

    assert vectors.near(EAST, 1, LONG_AGO, [1]) == {2: 1000}


def test_of_many_only_the_nearest_are_given(
    engine: Engine, vectors: PostgresVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NEAREST", 1)
    known(engine, 1, 2, 3)
    vectors.keep([told(1, NORTH), told(2, EAST), told(3, BETWEEN)])

    assert vectors.near(EAST, 0, LONG_AGO, ()) == {2: 1000}


def test_what_was_closed_before_does_not_take_the_place_of_others(
    engine: Engine, vectors: PostgresVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NEAREST", 1)
    known(engine, 1, closed=minute(5))
    known(engine, 2)
    vectors.keep([told(1, EAST), told(2, BETWEEN)])

    assert vectors.near(EAST, 0, minute(6), ()) == {2: 600}


def test_what_is_named_is_measured_though_it_was_closed(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1, closed=minute(5))
    vectors.keep([told(1, BETWEEN)])

    assert vectors.near(EAST, 0, minute(6), [1, 99]) == {1: 600}


def test_what_says_nothing_is_near_nothing(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1)
    vectors.keep([told(1, None)])

    assert vectors.near(EAST, 0, LONG_AGO, [1]) == {}
    assert vectors.of(1, b"so") == told(1, None)


def test_a_vector_is_of_one_text_alone(vectors: PostgresVectors) -> None:
    vectors.keep([told(1, EAST, b"before")])
    vectors.keep([told(1, NORTH, b"after")])

    assert vectors.of(1, b"before") is None
    assert vectors.of(1, b"after") == told(1, NORTH, b"after")


def test_what_is_gone_is_not_near(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1)
    vectors.keep([told(1, EAST)])
    PostgresItems(engine).merge([gone(1)])

    assert vectors.near(EAST, 0, LONG_AGO, ()) == {}


def test_the_youngest_of_which_nothing_was_said_are_missing(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1, 2, 3, 4)
    vectors.keep([told(3, EAST), told(2, None)])

    assert vectors.missing() == (4, 1)
    assert vectors.missing(1) == (4,)


def test_another_encoder_begins_anew(engine: Engine, vectors: PostgresVectors) -> None:
    known(engine, 1)
    vectors.keep([told(1, EAST)])
    wider = PostgresVectors(engine, "globe", 3)

    wider.prepare()
    wider.keep([told(1, [0.0, 0.0, 1.0])])

    assert wider.near([0.0, 0.0, 1.0], 0, LONG_AGO, ()) == {1: 1000}
    assert vectors.near(EAST, 0, LONG_AGO, [1]) == {}
    with engine.connect() as connection:
        indexes = connection.execute(text("SELECT indexname FROM pg_indexes WHERE tablename = 'vectors'")).scalars()
        assert set(indexes) == {"vectors_pkey", "vectors_near_globe"}


def test_many_may_prepare_at_once(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(PostgresVectors(engine, "compass", 2).prepare) for _ in range(4)]

    assert [one.result() for one in done] == [None] * 4


def test_an_encoders_name_cannot_carry_anything_into_a_query(engine: Engine) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        PostgresVectors(engine, "x'; DROP TABLE vectors --", 2)


def test_without_pgvector_it_says_what_to_do(database_url: str) -> None:
    humble = create_engine(database_url, connect_args={"options": "-c role=pg_monitor"})

    with pytest.raises(
        NoPgvector, match=r"install pgvector 0\.8 or newer there and have `CREATE EXTENSION vector` run"
    ):
        PostgresVectors(humble, "compass", 2).prepare()
    humble.dispose()


def test_only_one_has_its_turn(vectors: PostgresVectors) -> None:
    with vectors.turn() as first, vectors.turn() as second:
        assert (first, second) == (True, False)
    with vectors.turn() as again:
        assert again
