"""Boards and sprints. Which sprints an issue is or was in stands in the issue's field."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.jira.records import SPRINT, Issue, Project

SprintState = Literal["future", "active", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board over one project; only a scrum board has sprints."""

    id: int
    name: str
    kind: Literal["scrum", "kanban", "simple"]
    project: str


@dataclass(slots=True, kw_only=True)
class Sprint:
    """A sprint of a board."""

    id: int
    name: str
    board: int
    state: SprintState = "future"
    goal: str = ""
    start: datetime | None = None
    end: datetime | None = None
    completed: datetime | None = None


@dataclass(slots=True, kw_only=True)
class AgileState:
    """All of Jira Software. Callers hold the world's lock."""

    boards: dict[int, Board] = field(default_factory=dict)
    sprints: dict[int, Sprint] = field(default_factory=dict)

    def sprints_of(self, issue: Issue) -> list[Sprint]:
        """The sprints of an issue, the closed ones too."""
        return [self.sprints[number] for number in issue.custom.get(SPRINT) or () if number in self.sprints]

    def waits(self, issue: Issue) -> bool:
        """Whether an issue is in the backlog: not done, and in no sprint that is active or to come."""
        return issue.status.category != "done" and all(s.state == "closed" for s in self.sprints_of(issue))


def boards_for(projects: Iterable[Project]) -> AgileState:
    """A scrum board for every software project."""
    named = [project.key for project in projects if project.type == "software"]
    boards = [Board(id=number, name=f"{key} board", kind="scrum", project=key) for number, key in enumerate(named, 1)]
    return AgileState(boards={board.id: board for board in boards})
