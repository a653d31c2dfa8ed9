"""A Jira that keeps state and is spoken to over HTTP, a real database, and what polls the one into the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from integrations.durable import LookQueue
from integrations.gap import GapCheck
from integrations.jira.history import JiraHistory
from integrations.jira.patient import Patient
from integrations.polling import Poller, Storing, Trouble
from integrations.store.intake import PostgresIntake
from integrations.store.items import PostgresItems
from integrations.store.polls import PostgresPolls
from integrations.store.progress import PostgresProgress
from integrations.store.tables import events
from orchestrator.ports import Clock
from sandbox.faults import Fault
from tests.integrations.jira.archive import Archive, archive
from tests.integrations.store.stored import database


class Askew:
    """A clock that differs from Jira's."""

    def __init__(self, jira: Archive, by: timedelta) -> None:
        self._jira, self._by = jira, by

    def now(self) -> datetime:
        return self._jira.jira.clock.now() + self._by


class Station:
    """One installation: what it polls, what it stored, and what it told its operator."""

    def __init__(self, jira: Archive, engine: Engine) -> None:
        self.jira, self.engine, self.said = jira, engine, list[str]()
        self.intake = PostgresIntake(engine, LookQueue())
        self.items, self.progress, self.polls = PostgresItems(engine), PostgresProgress(engine), PostgresPolls(engine)
        self.clock: Clock = jira.jira.clock

    def poller(self, at_once: int = 10, seconds: float = 0.0) -> Poller:
        return Poller(
            history=JiraHistory(self.jira.connection, Patient(()), at_once=at_once),
            storing=self.storing,
            polls=self.polls,
            progress=self.progress,
            clock=self.clock,
            trouble=self.trouble("polling Jira"),
            seconds=seconds,
        )

    def gap(self) -> GapCheck:
        return GapCheck(
            history=JiraHistory(self.jira.connection, Patient(())),
            items=self.items,
            storing=self.storing,
            polls=self.polls,
            progress=self.progress,
            trouble=self.trouble("comparing with Jira"),
        )

    @property
    def storing(self) -> Storing:
        return Storing(intake=self.intake, polls=self.polls, clock=self.clock)

    def trouble(self, what: str) -> Trouble:
        return Trouble(what=what, progress=self.progress, warn=self.said.append)

    def poll(self, rounds: int = 1, at_once: int = 10) -> None:
        for _ in range(rounds):
            self.poller(at_once).round()

    def numbers(self) -> list[int]:
        """The numbers of the issues that events were stored about, in order, each as often as that."""
        by_id = {str(issue.id): int(issue.key.partition("-")[2]) for issue in self.jira.jira.issues.values()}
        with self.engine.connect() as connection:
            told: Sequence[str] = connection.execute(select(events.c.subject).order_by(events.c.seq)).scalars().all()
        return [by_id[subject.partition(":")[2]] for subject in told if subject.startswith("item:")]

    def stored(self) -> int:
        """How many events are stored."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(events)).scalar_one()

    def break_down(self, times: int = 1, path: str = "search/jql", **how: object) -> None:
        """Have Jira fail from now on so often."""
        self.jira.sandbox.world.faults.add(Fault(service="jira", path=path, times=times, **how))  # type: ignore[arg-type]


@contextmanager
def station(count: int, database_url: str) -> Iterator[Station]:
    with archive(count) as jira, database(database_url) as engine:
        yield Station(jira, engine)
