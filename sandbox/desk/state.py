"""The service desks' state, and what an issue is to them. What belongs to one request stands in the issue's fields."""

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.desk.records import Organization, RequestType, ServiceDesk, Vote
from sandbox.jira.records import Issue, Project
from sandbox.jira.state import JiraState

REQUEST_TYPE = "customfield_10010"
ORGANIZATIONS = "customfield_10002"
PARTICIPANTS = "customfield_10026"
APPROVERS = "customfield_10003"
APPROVALS = "customfield_10029"
Decision = Literal["pending", "approved", "declined"]


@dataclass(slots=True, kw_only=True)
class Poll:
    """The votes of one approval, with the approvers as they were at the last of them."""

    asked: tuple[str, ...] = ()
    votes: list[Vote] = field(default_factory=list)
    decision: Decision = "pending"


@dataclass(slots=True, kw_only=True)
class DeskState:
    """All of the service desks. Callers hold the world's lock."""

    jira: JiraState
    desks: dict[str, ServiceDesk] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    muted: set[tuple[int, str]] = field(default_factory=set)

    def desk_of(self, project: Project) -> ServiceDesk | None:
        """The service desk of a project."""
        return next((desk for desk in self.desks.values() if desk.project == project.key), None)

    def desk(self, identifier: str) -> ServiceDesk | None:
        """The desk of this id or project key; `serviceDeskId:`, `projectId:` or `projectKey:` say which is meant."""
        kind, _, name = identifier.rpartition(":")
        if kind in ("", "serviceDeskId") and name in self.desks:
            return self.desks[name]
        project = self.jira.project(name) if kind in ("", "projectId", "projectKey") else None
        return self.desk_of(project) if project else None

    def request_type(self, issue: Issue) -> RequestType | None:
        """The request type of an issue; none when it is no request."""
        desk, wanted = self.desk_of(issue.project), issue.custom.get(REQUEST_TYPE)
        return next((kind for kind in desk.request_types if kind.id == wanted), None) if desk else None

    def participants(self, issue: Issue) -> list[str]:
        """The account ids of those who take part in a request."""
        return self._people(issue, PARTICIPANTS)

    def approvers(self, issue: Issue) -> list[str]:
        """The account ids in the issue's field Approvers."""
        return self._people(issue, APPROVERS)

    def organizations_of(self, issue: Issue) -> list[Organization]:
        """The organizations that a request is shared with."""
        return [self.organizations[name] for name in _names(issue, ORGANIZATIONS, "id") if name in self.organizations]

    def involved(self, issue: Issue) -> set[str]:
        """The account ids of all customers who may see a request."""
        members = [member for organization in self.organizations_of(issue) for member in organization.members]
        reporter = [issue.reporter] if issue.reporter else []
        return {*reporter, *self.participants(issue), *self.approvers(issue), *members}

    def _people(self, issue: Issue, name: str) -> list[str]:
        return [person for person in _names(issue, name, "accountId") if person in self.jira.accounts]


def _names(issue: Issue, name: str, key: str) -> list[str]:
    """The ids in a list field: plain, or each in an object as people write it over the REST API."""
    value: Any = issue.custom.get(name)
    listed = value if isinstance(value, list) else []
    return list(dict.fromkeys(str(entry.get(key) if isinstance(entry, dict) else entry) for entry in listed))
