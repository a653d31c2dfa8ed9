"""The SLA clocks of an issue: its desk's metrics, run over its past. Computes anew each time; keeps nothing."""

from collections.abc import Callable

from sandbox.desk.records import Goal, Metric
from sandbox.desk.sla import Cycle, cycles_of
from sandbox.desk.state import DeskState
from sandbox.desk.timeline import story_of
from sandbox.jira.jql import Scope, parse, test_of
from sandbox.jira.records import Issue

Clock = tuple[Metric, list[Cycle]]


def clocks_of(state: DeskState, issue: Issue) -> list[Clock]:
    """The metrics of the issue's desk with their cycles up to now; a clock that never started has none."""
    desk, jira = state.desk_of(issue.project), state.jira
    if desk is None:
        return []
    strangers = {comment.author for comment in issue.comments if comment.author not in desk.agents}
    story = story_of(jira, issue, strangers | {*state.participants(issue)})
    now = jira.clock.now()
    return [(metric, cycles_of(metric, story, now, _chooser(state, metric))) for metric in desk.metrics]


def _chooser(state: DeskState, metric: Metric) -> Callable[[Issue], Goal | None]:
    def choose(issue: Issue) -> Goal | None:
        return next((goal for goal in metric.goals if _fits(state, goal, issue)), None)

    return choose


def _fits(state: DeskState, goal: Goal, issue: Issue) -> bool:
    where = parse(goal.jql).where
    return where is None or test_of(where, Scope(jira=state.jira, now=state.jira.clock.now()))(issue)
