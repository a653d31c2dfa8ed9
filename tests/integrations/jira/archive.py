"""A running Jira that holds as many old issues as a test wants, and the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from integrations.jira.client import Connection
from sandbox.faults import Fault
from sandbox.jira.records import Change, Issue
from sandbox.running import Sandbox, default_seed, new_world

SECRET_WORDS = "merger with Umbrella"
EVERY = timedelta(minutes=10)


class Archive:
    """Issues PAY-1, PAY-2, ... in one project, the first updated longest ago, one each ten minutes up to now."""

    def __init__(self, sandbox: Sandbox, count: int) -> None:
        self.sandbox, self.jira = sandbox, sandbox.world.jira
        self.connection = Connection(sandbox.world.places.jira, "yardmaster@example.com", "sandbox")
        self.now = self.jira.clock.now()
        for number in range(1, count + 1):
            self.add(number, self.now - EVERY * (count - number))

    def add(self, number: int, updated: datetime, **fields: Any) -> Issue:
        """Put an issue in as if it had always been there."""
        bug, project = self.jira.issue_types[0], self.jira.projects["PAY"]
        lena = next(iter(self.jira.accounts))
        given: dict[str, Any] = {"summary": f"{SECRET_WORDS} {number}", "description": "E42", "created": updated}
        given |= {"key": f"PAY-{number}", "project": project, "status": project.first_status}
        given |= {"type": bug, "creator": lena, "reporter": lena, "updated": updated}
        issue = Issue(id=self.jira.next_id(), **given | fields)
        self.jira.add_issue(issue)
        return issue

    def edit(self, number: int, summary: str) -> None:
        """Change an issue now."""
        issue = self.issue(number)
        issue.summary = summary
        self.jira.touch(issue)

    def rename(self, number: int, summary: str) -> None:
        """Change an issue's summary as a person does, with an entry in its changelog; it stays where it was."""
        issue, author = self.issue(number), next(iter(self.jira.accounts.values()))
        before, updated = issue.summary, issue.updated
        issue.summary = summary
        change = Change(field="summary", field_id="summary", before_text=before, after_text=summary)
        self.jira.log(issue, author, [change])
        issue.updated = updated

    def move(self, number: int, status: str) -> None:
        """Change an issue's status as a person does."""
        issue, author, after = self.issue(number), next(iter(self.jira.accounts.values())), self.jira.statuses[status]
        change = Change(field="status", field_id="status", before=issue.status.id, after=after.id)
        issue.status = after
        self.jira.log(issue, author, [change])

    def key(self, item: int) -> str:
        """Give the key of an issue."""
        return self.jira.issues[item].key

    def issue(self, number: int) -> Issue:
        """Give an issue."""
        found = self.jira.issue(f"PAY-{number}")
        assert found is not None
        return found

    def summaries(self) -> dict[int, str]:
        """Give all summaries by the id of their issue."""
        return {issue.id: issue.summary for issue in self.jira.issues.values()}

    def fail(self, times: int | None = 1, path: str = "search/jql", **how: Any) -> None:
        """Have the next searches fail, or answered with `status` 200 and a `body` of the test's own."""
        self.sandbox.world.faults.add(Fault(service="jira", path=path, times=times, **how))


@contextmanager
def archive(count: int) -> Iterator[Archive]:
    """Run a Jira with so many issues."""
    seed = default_seed()
    sandbox = Sandbox(new_world(replace(seed, jira=replace(seed.jira, issues=()))))
    sandbox.start()
    yield Archive(sandbox, count)
    sandbox.stop()
