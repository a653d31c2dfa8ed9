"""Fills the sandbox's Jira with made-up issues and with changelogs as teams leave them; for measuring speed."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from rules.model import Snapshot
from sandbox.jira.records import Account, Change, History, Issue, Named, Project, Status
from sandbox.jira.state import JiraState

_OPEN, _STARTED, _DONE = (
    Status(id="1", name="Open", category="new"),
    Status(id="3", name="In Progress", category="indeterminate"),
    Status(id="5", name="Done", category="done"),
)
_HOUR = timedelta(hours=1)


class MadeSite:
    """Lets issues in as if they had always been there; the same seed makes the same changelogs."""

    def __init__(self, jira: JiraState, seed: int = 1) -> None:
        self._jira = jira
        self._chance = Random(seed)  # noqa: S311 -- made-up histories, not secrets
        for status in (_OPEN, _STARTED, _DONE):
            jira.statuses[status.name] = status

    def settle(self, issues: Iterable[Snapshot]) -> int:
        """Let issues in, and give how many changed fields their changelogs hold."""
        changes = 0
        for made in issues:
            issue = self._issue(made)
            issue.history = list(self._entries(issue, made))
            changes += sum(len(entry.changes) for entry in issue.history)
            self._jira.add_issue(issue)
        return changes

    def _issue(self, made: Snapshot) -> Issue:
        said = made.fields
        done = said["status"]["category"] == "done"
        updated = datetime.fromisoformat(said["updated"])
        return Issue(
            id=made.id,
            key=made.key,
            project=self._project(said["project"]),
            summary=said["summary"]["text"],
            description=said["description"]["text"],
            type=Named(id="10", name=said["type"]),
            status=_DONE if done else _OPEN,
            creator=self._account(said["reporter"]),
            reporter=said["reporter"],
            created=datetime.fromisoformat(said["created"]),
            updated=updated,
            resolved_at=updated if done else None,
            components=[Named(id="20", name=name) for name in said["components"]],
        )

    def _entries(self, issue: Issue, made: Snapshot) -> Iterator[History]:
        """Give five to eight entries: triage, an assignee and sometimes another, work, and the end."""
        people = [self._account(f"acc-{self._chance.randrange(2_000)}") for _ in range(2)]
        at = issue.created
        yield self._entry(at + _HOUR, people[0], _change("labels", None, "triaged"), _change("priority", "3", "2"))
        yield self._entry(at + 2 * _HOUR, people[0], _change("assignee", None, people[0]))
        yield self._entry(at + 20 * _HOUR, people[0], _moved(_OPEN, _STARTED))
        if self._chance.random() < 0.3:
            yield self._entry(at + 30 * _HOUR, people[0], _change("assignee", people[0], people[1]))
        yield self._entry(at + 40 * _HOUR, people[1], _change("description", None, issue.description or ""))
        if self._chance.random() < 0.05:
            yield self._entry(at + 50 * _HOUR, people[1], _moved(_STARTED, _DONE))
            yield self._entry(at + 60 * _HOUR, people[1], _moved(_DONE, _STARTED))
        end = _DONE if issue.resolved_at else _OPEN
        yield self._entry(made.updated or at, people[1], _moved(_STARTED, end), _change("resolution", None, "done"))

    def _entry(self, at: datetime, author: str, *changes: Change) -> History:
        return History(id=self._jira.next_id(), author=author, created=at, changes=changes)

    def _project(self, key: str) -> Project:
        new: dict[str, Any] = {"id": str(20_000 + len(self._jira.projects)), "key": key, "name": key}
        return self._jira.projects.setdefault(key, Project(type="software", first_status=_OPEN, **new))

    def _account(self, id_: str) -> str:
        known = Account(account_id=id_, name=id_, email=f"{id_}@example.org")
        return self._jira.accounts.setdefault(id_, known).account_id


def _moved(before: Status, after: Status) -> Change:
    names = {"before_text": before.name, "after_text": after.name}
    return Change(field="status", field_id="status", before=before.id, after=after.id, **names)


def _change(field: str, before: str | None, after: str) -> Change:
    return Change(field=field, field_id=field, before=before, after=after, before_text=before, after_text=after)
