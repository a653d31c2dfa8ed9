from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.exc import ProgrammingError

from integrations.store.ledger import ERASED, PostgresLedger, append
from integrations.store.tables import ledger, ledger_payloads
from orchestrator.changes import Entry
from rules.canonical import canonical, plain
from rules.model import ItemRef, Line, Subject, Tainted

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def entry(words: str = "it rained", **more: Any) -> Entry:
    given_: dict[str, Any] = {
        "kind": "event.received",
        "subject": Subject(kind="item", id="7"),
        "at": NOW,
        "about": (7,),
    }
    return Entry(**(given_ | {"text": Line(text="{0}", parts=(Tainted(text=words),))} | more))


def write(engine: Engine, *entries: Entry) -> None:
    with engine.begin() as connection:
        append(connection, entries)


def words_about(engine: Engine, item: int) -> list[str]:
    return [row.entry.text.parts[0].text for row in PostgresLedger(engine).trail(item, 100)]  # type: ignore[union-attr]


def test_an_entry_is_read_back_as_it_was_written(engine: Engine) -> None:
    text_ = Line(text="{0} is like {1}", parts=(ItemRef(id=7, key="A-1"), Tainted(text="früh ☂")))
    said = entry(text=text_, about=(7, 9), data={"b": [1, None, {"a": True}], "a": "é"}, decision="d1", once="one")

    write(engine, said)

    assert [row.entry for row in PostgresLedger(engine).trail(9, 5)] == [said]


def test_a_time_in_another_zone_is_read_back_as_the_same_moment_in_utc(engine: Engine) -> None:
    write(engine, entry(at=NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))))

    (row,) = PostgresLedger(engine).trail(7, 5)
    assert (row.entry.at, row.entry.at.tzinfo) == (NOW, UTC)


def test_the_trail_is_told_oldest_first_and_keeps_the_newest(engine: Engine) -> None:
    write(engine, *(entry(str(number)) for number in range(5)))

    told = [row.entry.text.parts[0].text for row in PostgresLedger(engine).trail(7, 3)]  # type: ignore[union-attr]
    assert told == ["2", "3", "4"]


def test_the_trail_of_an_item_leaves_out_the_others(engine: Engine) -> None:
    write(
        engine,
        entry("of seven"),
        entry("of nine", about=(9,)),
        entry("of both", about=(9, 7)),
        entry("of none", about=()),
    )

    assert words_about(engine, 7) == ["of seven", "of both"]


def test_what_may_be_recorded_once_is_recorded_once(engine: Engine) -> None:
    write(engine, entry("first", once="x"), entry("doubled", once="x"), entry("other", once="y"))
    write(engine, entry("again", once="x"), entry("more"))

    assert words_about(engine, 7) == ["first", "other", "more"]


def test_entries_of_a_transaction_that_fails_are_not_there(engine: Engine) -> None:
    with engine.connect() as connection:
        append(connection, [entry()])
        connection.rollback()

    assert PostgresLedger(engine).counts() == (0, 0)


def test_any_number_of_entries_takes_one_round_trip(engine: Engine) -> None:
    sent: list[str] = []
    with engine.begin() as connection:
        event.listen(connection, "before_cursor_execute", lambda *about: sent.append(about[2]))
        append(connection, [entry() for _ in range(500)])

    assert (len(sent), PostgresLedger(engine).counts()) == (1, (500, 500))


def test_nothing_to_record_asks_nothing_of_the_database(engine: Engine) -> None:
    with engine.connect() as connection:
        append(connection, [])

        assert not connection.in_transaction()


@pytest.mark.parametrize("words", ["a\x00b", "{broken", "'; DROP TABLE ledger; --", "\U0001f600" * 100_000, "\\u0000"])
def test_outside_words_are_kept_as_they_are(engine: Engine, words: str) -> None:
    write(engine, entry(words, data={words: words}))

    (row,) = PostgresLedger(engine).trail(7, 5)
    assert (row.entry.text.parts[0].text, row.entry.data) == (words, {words: words})  # type: ignore[union-attr]


def test_a_lone_surrogate_which_utf8_cannot_hold_does_not_keep_an_entry_out(engine: Engine) -> None:
    write(engine, entry("a\ud800b", data={"\udfff": ["\ud800", {"deep": "\x00"}]}))

    (row,) = PostgresLedger(engine).trail(7, 5)
    assert row.entry.text.parts[0].text == "a?b"  # type: ignore[union-attr]
    assert row.entry.data == {"?": ["?", {"deep": "\x00"}]}


def test_names_that_postgresql_cannot_hold_are_found_again(engine: Engine) -> None:
    odd = "d\x00\ud800"
    write(
        engine,
        entry(kind="decision.made", subject=Subject(kind="person", id=odd), decision=odd, once=odd, data={"n": 1}),
    )
    write(engine, entry(kind="decision.made", decision=odd, once=odd, data={"n": 2}))

    assert PostgresLedger(engine).decision(odd) == {"n": 1}


def test_a_float_is_refused_before_anything_is_written(engine: Engine) -> None:
    with pytest.raises(TypeError, match="quantise"):
        write(engine, entry(), entry(data={"share": 0.5}))

    assert PostgresLedger(engine).counts() == (0, 0)


def test_a_row_keeps_only_a_salted_hash_of_what_may_be_erased(engine: Engine) -> None:
    said = entry("Ada said so", data={"name": "Ada"})
    write(engine, said, said)

    with engine.connect() as connection:
        rows = connection.execute(select(ledger)).all()
        payloads = connection.execute(select(ledger_payloads)).all()
    assert not any("Ada" in str(row) for row in rows)
    assert len({row.commitment for row in rows}) == 2
    assert [sha256(one.salt + one.payload).digest() for one in payloads] == [row.commitment for row in rows]
    assert payloads[0].payload == canonical({"text": plain(said.text), "data": said.data})
    assert {len(one.salt) for one in payloads} == {16}


def test_a_decision_is_found_by_its_id_and_only_where_it_was_made(engine: Engine) -> None:
    write(engine, entry(kind="action.done", decision="d1", data={"of": "done"}))
    write(engine, entry(kind="decision.made", decision="d1", data={"of": "made"}))

    found = PostgresLedger(engine)
    assert (found.decision("d1"), found.decision("d2")) == ({"of": "made"}, None)


def test_an_erased_payload_is_gone_and_the_rest_of_the_row_stays(engine: Engine) -> None:
    write(engine, entry("Ada said so", kind="decision.made", decision="d1", data={"name": "Ada"}), entry("it rained"))
    told = PostgresLedger(engine)
    seq = told.trail(7, 5)[0].seq

    erased = told.erase([seq, seq + 1000], Line(text="Ada asked for it"), NOW)

    gone, left = told.trail(7, 5)
    shown: Any = gone.entry.data
    assert (erased, gone.entry.text, shown, gone.entry.decision) == (1, ERASED, None, "d1")
    assert left.entry.text.parts[0].text == "it rained"  # type: ignore[union-attr]
    assert told.decision("d1") is None


def test_an_erasure_is_recorded_once_with_what_it_erased(engine: Engine) -> None:
    write(engine, entry())
    told = PostgresLedger(engine)
    seq = told.trail(7, 1)[0].seq

    told.erase([seq], Line(text="asked for"), NOW)
    again = told.erase([seq], Line(text="asked for"), NOW)

    with engine.connect() as connection:
        (stored,) = connection.execute(select(ledger_payloads.c.payload)).scalars()
    assert (again, msgspec.json.decode(stored)["data"]) == (0, {"rows": [seq]})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger SET kind = 'x'",
        "DELETE FROM ledger",
        "TRUNCATE ledger CASCADE",
        "UPDATE seals SET hash = ''",
        "DELETE FROM seals",
        "UPDATE ledger_payloads SET payload = ''",
        "TRUNCATE ledger_payloads",
    ],
)
def test_a_mistake_of_ours_cannot_change_the_ledger(engine: Engine, change: str) -> None:
    write(engine, entry())

    with pytest.raises(ProgrammingError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))


@given(
    words=st.text(st.characters(codec=None), max_size=20),
    data=st.dictionaries(st.text(max_size=5), st.integers(-(2**53), 2**53) | st.text() | st.none(), max_size=4),
    about=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_said_is_recorded(engine: Engine, words: str, data: dict[str, Any], about: list[int]) -> None:
    before = PostgresLedger(engine).counts()[0]

    write(engine, entry(words, data=data, about=(*about, 7)))

    (row,) = PostgresLedger(engine).trail(7, 1)
    assert (PostgresLedger(engine).counts()[0], row.entry.about) == (before + 1, (*about, 7))
    assert row.entry.data == data
