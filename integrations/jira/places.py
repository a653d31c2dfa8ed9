"""Reads where issues may be created, and what Jira wants for one. It changes nothing.

Each question is answered for who asks and for ourselves: what either may not do is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import quote

from integrations.jira import answers
from integrations.jira.payloads import FieldsPage, IssueTypeShape, ProjectShape, ProjectsPage, TypesPage
from integrations.jira.reads import JiraReads
from integrations.jira.values import number_of, read
from rules.actions import IssueForm, Project, ScreenField

__all__ = ["JiraPlaces"]

T = TypeVar("T")

MOST_PROJECTS = 500
_PROJECTS_A_PAGE, _A_PAGE, _MOST_PAGES = 100, 200, 5
_CREATE = "CREATE_ISSUES"
_REFUSED = frozenset({400, 403, 404})


class JiraPlaces(JiraReads):
    """The tracker's reads about new issues. All methods raise GatewayError, never in doubt."""

    def projects(self, account: str) -> tuple[Project, ...]:
        """Give the projects in which this account and we ourselves may create issues, by their keys; at most 500.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-projects/ (`action=create`).
        """
        doing = "asking in which projects issues may be created"
        params: dict[str, str | int] = {"action": "create", "orderBy": "key", "maxResults": _PROJECTS_A_PAGE}
        ours: list[ProjectShape] = []
        while len(ours) < MOST_PROJECTS:
            page = self._read(
                "project/search", doing, lambda body: read(body, ProjectsPage), params={**params, "startAt": len(ours)}
            )
            ours += page.values if page else ()
            if page is None or page.is_last or not page.values:
                break
        granted = self._creatable(account, ours)
        return tuple(Project(key=one.key, name=one.name) for one in ours if number_of(one.id) in granted)

    def may_create(self, account: str, project: str) -> bool:
        """Tell whether this account may create issues in a project; no where that cannot be told."""
        path, doing = f"project/{quote(project, safe='')}", "reading a project"
        found = self._read(path, doing, lambda body: read(body, ProjectShape), absent=_REFUSED)
        return found is not None and bool(self._creatable(account, [found]))

    def types(self, project: str) -> tuple[str, ...]:
        """Give the types of issue that we may create in a project, without those of subtasks; none where we may not."""
        return tuple(one.name for one in self._types(project))

    def form(self, project: str, type_: str) -> IssueForm | None:
        """Give what Jira takes for a new issue of a type; None where we cannot create one."""
        kind = next((one for one in self._types(project) if one.name == type_), None)
        if kind is None:
            return None
        path = f"{_about(project)}/{quote(str(kind.id), safe='')}"
        doing = "reading what a new issue needs"
        pages = self._pages(path, doing, lambda body: read(body, FieldsPage), lambda page: len(page.fields))
        fields = [one for page in pages for one in page.fields]
        shown = [(one.required and not one.has_default_value, ScreenField(id=one.id, name=one.name)) for one in fields]
        return IssueForm(
            project=project,
            type=type_,
            required=tuple(field for needed, field in shown if needed),
            optional=tuple(field for needed, field in shown if not needed),
        )

    def _creatable(self, account: str, projects: list[ProjectShape]) -> frozenset[int]:
        ids = sorted({number_of(one.id) for one in projects})
        if not ids:
            return frozenset()
        found = self._read(
            "permissions/check",
            "asking where a person may create issues",
            lambda body: answers.granted(body, _CREATE),
            body={"accountId": account, "projectPermissions": [{"permissions": [_CREATE], "projects": ids}]},
            absent=_REFUSED,
        )
        return (found or frozenset()).intersection(ids)

    def _types(self, project: str) -> list[IssueTypeShape]:
        doing = "reading which issues may be created"
        pages = self._pages(
            _about(project), doing, lambda body: read(body, TypesPage), lambda page: len(page.issue_types)
        )
        return [one for page in pages for one in page.issue_types if not one.subtask]

    def _pages(self, path: str, doing: str, understand: Callable[[object], T], size: Callable[[T], int]) -> Iterator[T]:
        """Read pages until one is not full; none where Jira refuses."""
        start = 0
        for _ in range(_MOST_PAGES):
            params: dict[str, str | int] = {"startAt": start, "maxResults": _A_PAGE}
            page = self._read(path, doing, understand, params=params, absent=_REFUSED)
            if page is None:
                return
            yield page
            start += size(page)
            if size(page) < _A_PAGE:
                return


def _about(project: str) -> str:
    return f"issue/createmeta/{quote(project, safe='')}/issuetypes"
