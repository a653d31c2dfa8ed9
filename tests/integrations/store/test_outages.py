"""What fails now, as it was marked."""

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
