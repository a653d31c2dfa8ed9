from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, text

from integrations.store.chain import GENESIS, MOST_TOLD, Inspection, Row, Seal, link
from integrations.store.ledger import PostgresLedger, append
from integrations.store.sealing import Report, Sealer, verify
from orchestrator.changes import Entry
from rules.model import Line, Subject

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sealed(engine: Engine) -> Engine:
    """Nine sealed rows; position and `seq` are the same number."""
    write(engine, 9)
    Sealer(engine).seal()
    return engine


def write(engine: Engine, count: int) -> None:
    subject, said = Subject(kind="item", id="7"), Line(text="it rained")
    with engine.begin() as connection:
        append(connection, [Entry(kind="event.received", subject=subject, at=NOW, text=said, data={"n": 1})] * count)


def tamper(engine: Engine, *statements: str) -> None:
    """Do what a superuser can: the guards against our own mistakes do not hold them."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount


RECOMMIT = """
    UPDATE ledger SET commitment = (SELECT sha256(salt || payload) FROM ledger_payloads WHERE seq = 4) WHERE seq = 4
"""

TAMPERED: list[Any] = [
    pytest.param(
        ["UPDATE ledger_payloads SET payload = '{}' WHERE seq = 4"],
        ["position 4: the payload of row 4 was changed"],
        id="changed payload",
    ),
    pytest.param(
        ["UPDATE ledger_payloads SET salt = '' WHERE seq = 9"],
        ["position 9: the payload of row 9 was changed"],
        id="changed salt",
    ),
    *(
        pytest.param(
            [f"UPDATE ledger SET {change} WHERE seq = 4"],
            ["position 4: row 4 was changed, or what stood before it was taken away"],
            id=f"changed row: {change}",
        )
        for change in (
            "subject = 'item:8'",
            "at = at + interval '1 microsecond'",
            "about = '{1}'",
            "decision = 'd'",
            "once = 'o'",
        )
    ),
    pytest.param(
        ["UPDATE ledger SET kind = 'x' WHERE seq = 9"],
        [
            "position 9: row 9 was changed, or what stood before it was taken away",
            "9 rows 'event.received' were sealed, but 8 are there",
            "0 rows 'x' were sealed, but 1 are there",
        ],
        id="changed kind",
    ),
    pytest.param(
        [
            "UPDATE ledger_payloads SET payload = '{}' WHERE seq = 4",
            RECOMMIT,
        ],
        ["position 4: row 4 was changed, or what stood before it was taken away"],
        id="changed payload with its commitment",
    ),
    pytest.param(
        ["UPDATE seals SET hash = sha256('x') WHERE position = 4"],
        ["position 4: its seal was changed, not its row"],
        id="changed seal",
    ),
    pytest.param(
        ["DELETE FROM ledger WHERE seq = 4"],
        ["position 4: row 4 was removed", "9 rows 'event.received' were sealed, but 8 are there"],
        id="removed row",
    ),
    pytest.param(
        ["DELETE FROM seals WHERE position = 4"],
        [
            "position 4 is missing: the seal was removed",
            "9 rows 'event.received' were sealed, but 8 are there",
            "row 4 is in no seal and does not wait for one: its seal was removed, or it was slipped in",
        ],
        id="removed seal",
    ),
    pytest.param(
        ["DELETE FROM seals WHERE position BETWEEN 1 AND 3", "DELETE FROM ledger WHERE seq BETWEEN 1 AND 3"],
        [
            "positions 1 to 3 are missing: the seals were removed",
            "9 rows 'event.received' were sealed, but 6 are there",
        ],
        id="gap",
    ),
    pytest.param(
        [
            "DELETE FROM seals WHERE position = 4",
            "DELETE FROM ledger WHERE seq = 4",
            "UPDATE seals SET position = -position WHERE position > 4",
            "UPDATE seals SET position = -position - 1 WHERE position < 0",
        ],
        [
            "position 4: row 5 was changed, or what stood before it was taken away",
            "9 rows 'event.received' were sealed, but 8 are there",
        ],
        id="removed row, the rest moved up",
    ),
    pytest.param(
        ["UPDATE seals SET seq = -seq WHERE seq IN (4, 7)", "UPDATE seals SET seq = 11 + seq WHERE seq < 0"],
        [
            "position 4: row 7 stands where row 4 was sealed: reordered",
            "position 7: row 4 stands where row 7 was sealed: reordered",
        ],
        id="rows exchanged under their seals",
    ),
    pytest.param(
        [
            "UPDATE seals SET position = -position WHERE position IN (4, 7)",
            "UPDATE seals SET position = 11 + position WHERE position < 0",
        ],
        [
            "position 4: row 7 was sealed elsewhere: reordered",
            "position 5: row 5 was sealed elsewhere: reordered",
            "position 7: row 4 was sealed elsewhere: reordered",
            "position 8: row 8 was sealed elsewhere: reordered",
        ],
        id="seals exchanged with their rows",
    ),
    pytest.param(
        ["INSERT INTO ledger (kind, subject, at, about, commitment) VALUES ('x', 'item:1', now(), '{}', sha256(''))"],
        ["row 10 is in no seal and does not wait for one: its seal was removed, or it was slipped in"],
        id="row slipped in",
    ),
    pytest.param(
        ["INSERT INTO unsealed (seq) VALUES (4)"], ["row 4 is sealed and yet waits to be"], id="row put up again"
    ),
    pytest.param(
        ["INSERT INTO unsealed (seq) VALUES (44)"],
        ["row 44 was removed before it was sealed"],
        id="row removed before it was sealed",
    ),
    pytest.param(
        ["DELETE FROM seals WHERE position > 6", "DELETE FROM ledger WHERE seq > 6"],
        ["9 rows 'event.received' were sealed, but 6 are there"],
        id="end cut off, the tallies forgotten",
    ),
]


@pytest.mark.parametrize(("statements", "findings"), TAMPERED)
def test_what_was_tampered_with_is_found_and_named(sealed: Engine, statements: list[str], findings: list[str]) -> None:
    tamper(sealed, *statements)

    report = verify(sealed)

    assert list(report.findings) == findings
    assert report.found == len(findings)


def test_an_untouched_ledger_verifies_and_tells_its_head(sealed: Engine) -> None:
    write(sealed, 2)

    report = verify(sealed)

    assert (report.findings, report.rows, report.unsealed, report.head[0]) == ((), 9, 2, 9)
    assert f"head 9:{report.head[1]}" in report.words()[-1]


def test_an_empty_ledger_verifies(engine: Engine) -> None:
    report = verify(engine)

    assert (report.findings, report.head) == ((), (0, GENESIS.hex()))


def test_a_head_that_was_kept_is_still_there_when_the_chain_grew(sealed: Engine) -> None:
    head = verify(sealed).head
    write(sealed, 3)
    Sealer(sealed).seal()

    assert verify(sealed, head).findings == ()


def test_a_head_in_capitals_is_the_same_head(sealed: Engine) -> None:
    position, hash_ = verify(sealed).head

    assert verify(sealed, (position, hash_.upper())).findings == ()


def test_the_head_of_an_empty_ledger_is_before_every_other(engine: Engine) -> None:
    head = verify(engine).head
    write(engine, 1)
    Sealer(engine).seal()

    assert verify(engine, head).findings == ()


CUT = ("DELETE FROM seals WHERE position > 6", "DELETE FROM ledger WHERE seq > 6", "UPDATE tallies SET entries = 6")


def test_a_chain_that_was_cut_short_without_a_trace_is_found_by_its_head(sealed: Engine) -> None:
    head = verify(sealed).head
    tamper(sealed, *CUT)

    assert verify(sealed).findings == ()
    assert verify(sealed, head).findings == ("the chain ends at 6 without position 9, the head that was kept",)


def test_a_chain_that_was_cut_and_grown_again_is_found_by_its_head(sealed: Engine) -> None:
    head = verify(sealed).head
    tamper(sealed, *CUT)
    write(sealed, 3)
    Sealer(sealed).seal()

    assert verify(sealed).findings == ()
    assert verify(sealed, head).findings == ("position 9 has another hash than the head: the chain was rewritten",)


def test_erased_payloads_are_counted_and_are_no_findings(sealed: Engine) -> None:
    PostgresLedger(sealed).erase([2, 5], Line(text="asked for"), NOW)
    Sealer(sealed).seal()

    report = verify(sealed)

    assert (report.erased, report.rows, report.findings) == (2, 10, ())
    assert report.words()[0] == "10 rows in the chain, 2 of them erased; 0 not sealed yet"


def test_rows_that_wait_for_more_than_a_minute_tell_of_a_sealer_that_is_gone(sealed: Engine) -> None:
    write(sealed, 2)
    tamper(sealed, "UPDATE unsealed SET since = now() - interval '61 seconds' WHERE seq = 10")

    assert verify(sealed).findings == ("1 rows have waited for more than a minute: no sealer is running",)


def test_a_ledger_full_of_tampering_is_told_in_part_and_counted_in_full(engine: Engine) -> None:
    write(engine, 3 * MOST_TOLD)
    Sealer(engine).seal()
    tamper(engine, "UPDATE ledger SET decision = 'd'")

    report = verify(engine)

    assert (len(report.findings), report.found) == (MOST_TOLD, 3 * MOST_TOLD)
    assert report.words()[-1] == "and 200 findings more"


def test_a_chain_is_read_in_batches_and_without_its_payloads(sealed: Engine) -> None:
    asked: dict[str, Any] = {}
    event.listen(sealed, "before_cursor_execute", lambda *about: asked.update({about[2]: about[1]}))

    assert verify(sealed, batch=2).rows == 9
    (chain,) = [statement for statement in asked if "ORDER BY s.position" in statement]
    assert isinstance(asked[chain], psycopg.ServerCursor)
    assert "payload" not in chain.replace("p.salt || p.payload", "").replace("ledger_payloads", "")


def test_verifying_sees_one_moment_while_rows_are_being_sealed(sealed: Engine) -> None:
    grown: list[bool] = []

    def interfere(*about: Any) -> None:
        if "tallies" in about[2] and not grown:
            grown.append(True)
            write(sealed, 4)
            Sealer(sealed).seal()

    event.listen(sealed, "before_cursor_execute", interfere)

    before, after = verify(sealed), verify(sealed)
    assert (before.rows, before.findings, before.unsealed) == (9, (), 0)
    assert (after.rows, after.findings) == (13, ())


def _chain(length: int) -> list[Seal]:
    made, before = [], GENESIS
    for number in range(1, length + 1):
        row = Row(
            seq=number,
            kind="k",
            subject="item:1",
            at=NOW,
            about=(),
            decision=None,
            once=None,
            commitment=bytes([number]),
        )
        before = link(before, row)
        made.append(Seal(position=number, seq=number, hash=before, row=row, intact=True))
    return made


def _found(taken: list[Seal]) -> int:
    inspection = Inspection()
    for seal in taken:
        inspection.take(seal)
    return inspection.findings({"k": sum(seal.row is not None for seal in taken)})[1]


@given(st.integers(1, 9), st.data())
def test_any_other_order_of_rows_is_found(length: int, data: st.DataObject) -> None:
    made = _chain(length)
    rows = data.draw(st.permutations(made))
    taken = [
        Seal(position=seal.position, seq=row.seq, hash=seal.hash, row=row.row, intact=True)
        for seal, row in zip(made, rows, strict=True)
    ]

    assert (_found(taken) > 0) == (taken != made)


@given(st.lists(st.integers(0, 8), max_size=12))
def test_any_loss_but_that_of_the_end_is_found(kept: list[int]) -> None:
    made = _chain(9)
    taken = [made[place] for place in sorted(set(kept))]

    assert (_found(taken) > 0) == (taken != made[: len(taken)])


def test_a_report_without_findings_says_so() -> None:
    report = Report(rows=0, erased=0, unsealed=0, head=(0, "00"), findings=(), found=0)

    assert report.words()[1] == "nothing was changed, removed or reordered"
