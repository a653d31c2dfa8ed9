"""What fails now, as it was marked."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from integrations.polling import Trouble
from integrations.store.outages import troubles
from integrations.store.progress import PostgresProgress
from orchestrator.ports import GatewayError
from tests.integrations.store.stored import database

SILENT = GatewayError("it did not answer in time", retryable=True, outage=True)


def test_what_fails_is_listed_until_it_works_again(database_url: str) -> None:
    with database(database_url) as store:
        progress, told = PostgresProgress(store), list[str]()
        jira, slack = (Trouble(what=name, progress=progress, warn=told.append) for name in ("Jira", "Slack"))
        progress.write("jira.history", "2026-11-21")

        jira.begins(SILENT)
        slack.begins(SILENT)
        slack.ends()

        assert troubles(store) == {"Jira": "it did not answer in time"}
        assert told[-1] == "Slack works again"


def test_an_outage_that_many_find_at_once_is_told_once_and_so_is_its_end(database_url: str) -> None:
    with database(database_url) as store:
        told, together = list[str](), Barrier(4)
        trouble = Trouble(what="Jira", progress=PostgresProgress(store), warn=told.append)

        def find(_: int) -> None:
            for _ in range(10):
                together.wait()
                trouble.begins(SILENT)
                together.wait()
                trouble.ends()

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(find, range(4)))

    assert told == ["Jira fails, and is tried again by itself: it did not answer in time", "Jira works again"] * 10
