"""The routes of Jira Software, under `/rest/agile/1.0/` on Jira's port."""

from collections.abc import Callable

from sandbox.agile import boards, sprints
from sandbox.jira.call import Answer

AGILE_ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", "board", boards.list_boards),
    ("POST", "board", boards.post_board),
    ("GET", "board/<number>", boards.get_board),
    ("DELETE", "board/<number>", boards.delete_board),
    ("GET", "board/<number>/configuration", boards.get_configuration),
    ("GET", "board/<number>/project", boards.board_projects),
    ("GET", "board/<number>/issue", boards.board_issues),
    ("GET", "board/<number>/backlog", boards.board_backlog),
    ("GET", "board/<number>/sprint", boards.board_sprints),
    ("GET", "board/<board>/sprint/<number>/issue", sprints.board_sprint_issues),
    ("GET", "issue/<key>", boards.get_issue),
    ("POST", "sprint", sprints.post_sprint),
    ("GET", "sprint/<number>", sprints.get_sprint),
    ("POST", "sprint/<number>", sprints.change_sprint),
    ("PUT", "sprint/<number>", sprints.put_sprint),
    ("DELETE", "sprint/<number>", sprints.delete_sprint),
    ("GET", "sprint/<number>/issue", sprints.sprint_issues),
    ("POST", "sprint/<number>/issue", sprints.move_to_sprint),
    ("POST", "backlog/issue", sprints.move_to_backlog),
)
