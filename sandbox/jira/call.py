"""One request to Jira: who asks, with what, in which version; and Jira's way to say no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from sandbox.desk.approving import withheld
from sandbox.jira.adf import is_adf, to_text
from sandbox.jira.records import Account, Issue, Project, Transition
from sandbox.jira.render import Json, Lens
from sandbox.jira.state import JiraState
from sandbox.world import World

Answer = tuple[int, Any]
NOT_THERE = "Issue does not exist or you do not have permission to see it."


class JiraError(Exception):
    """A refusal: HTTP status, messages, messages by field, and headers."""

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, messages, errors)
        self.status = status
        self.headers = dict(headers or {})
        self.errors = dict(errors or {})
        self.body: Any = {"errorMessages": list(messages), "errors": self.errors}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request by a known person. Handlers run while the world's lock is held."""

    world: World
    account: Account
    lens: Lens
    line: str
    query: MultiDict[str, str]
    payload: Any

    @property
    def jira(self) -> JiraState:
        """The state to work on."""
        return self.world.jira

    def body(self) -> Json:
        """The request's JSON object; 400 when it is none."""
        if not isinstance(self.payload, dict):
            raise JiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        return self.payload

    def issue(self, key_or_id: str) -> Issue:
        """An issue that the caller may browse; else 404 in Jira's words."""
        issue = self.jira.issue(key_or_id)
        if issue is None or not self.jira.may_browse(self.account, issue):
            raise JiraError(404, NOT_THERE)
        return issue

    def project(self, key_or_id: str) -> Project:
        """A project that the caller may browse; else 404."""
        project = self.jira.project(key_or_id)
        if project is None or not self.jira.may("browse", self.account, project):
            raise JiraError(404, f"No project could be found with key '{key_or_id}'.")
        return project

    def may(self, permission: str, project: Project) -> bool:
        """Whether the caller has a permission in a project."""
        return self.jira.may(permission, self.account, project)

    def text(self, value: Any, field: str) -> str | None:
        """A long text as this API version takes it: a document in v3, a string else."""
        if value is None:
            return None
        if self.lens.version == "3":
            if is_adf(value):
                return to_text(value)
            message = (
                "Comment body is not valid!" if field == "comment" else "Operation value must be an Atlassian Document"
            )
            raise JiraError(
                400, errors={field: f"{message} (see the Atlassian Document Format)" if field != "comment" else message}
            )
        if not isinstance(value, str):
            raise JiraError(400, errors={field: "Operation value must be a string"})
        if len(value) > 32_767:
            raise JiraError(
                400, errors={field: "The entered text is too long. It exceeds the allowed limit of 32,767 characters."}
            )
        return value

    def number(self, name: str, default: int, largest: int) -> int:
        """A whole number of the query, not negative and at most `largest`."""
        text = self.query.get(name) or str(default)
        if not text.lstrip("-").isdecimal():
            raise JiraError(400, f"Invalid value for query parameter '{name}'.")
        return max(0, min(int(text), largest))

    def page(self, items: Sequence[Any], name: str, *, size: int = 50, largest: int = 100) -> Json:
        """Jira's classic page of a list."""
        start, most = self.number("startAt", 0, 10**9), self.number("maxResults", size, largest)
        return {"startAt": start, "maxResults": most, "total": len(items), name: list(items[start : start + most])}

    def full_page(self, items: Sequence[Any], path: str, *, largest: int = 50) -> Json:
        """The page of Jira's newer lists, which tell whether it is the last."""
        page = self.page(items, "values", size=50, largest=largest)
        last = page["startAt"] + len(page["values"]) >= page["total"]
        return {**page, "isLast": last, "self": self.lens.url(path)}

    def expands(self, word: str) -> bool:
        """Whether `expand` (or a repeated one) names a word."""
        return any(word in text.split(",") for text in self.query.getlist("expand"))

    def moves(self, issue: Issue) -> list[Transition]:
        """The moves that are open to the caller; none that only an approval's outcome may make."""
        kept = withheld(self.world.desk, issue)
        moves = self.jira.transitions_of(issue) if self.may("transition", issue.project) else []
        return [move for move in moves if move.id not in kept]

    def effect(self, kind: str, issue: Issue | None, identity: Any, body: Any = None) -> None:
        """Record what this request changed."""
        self.world.effects.record(
            service="jira",
            actor=self.account.email,
            kind=kind,
            request=self.line,
            body=self.payload if body is None else body,
            issue=issue.key if issue else None,
            id=str(identity),
        )
