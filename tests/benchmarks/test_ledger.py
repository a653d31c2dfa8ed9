from sqlalchemy import create_engine

from benchmarks.ledger import _measure
from integrations.store.sealing import verify


def test_both_ways_to_chain_are_timed_and_leave_a_ledger_that_verifies(database_url: str) -> None:
    engine = create_engine(database_url)

    rates = _measure(engine, threads=2, seconds=0.05, rounds=2)

    report = verify(engine)
    engine.dispose()
    assert min(rates.apart, rates.chained, rates.sealing, rates.verifying) > 0
    assert (report.findings, report.unsealed) == ((), 0)
    assert report.rows > 8
