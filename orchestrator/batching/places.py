"""Reads where a new issue may be created to stand in front of a batch, and as what. Reads only; decides nothing.

Only projects of the batch's own issues come into question.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from orchestrator.facts import Facts, Wanted
from orchestrator.ports import Tracker
from orchestrator.reporting.forms import GIVEN
from rules.actions import IssueForm, Project
from rules.model import Item, Person
from rules.ruleset import Ruleset

_MOST_PROJECTS = 5


def places_for(person: Person, items: Iterable[Item], tracker: Tracker, rules: Ruleset) -> tuple[Project, ...]:
    """Give the projects of these issues in which a person, and we, may create some; that of most of them first."""
    counts = Counter(item.project for item in items)
    allowed = set(rules.limits.projects)
    found = tracker.projects(person.jira) if person.jira is not None else ()
    fit = [one for one in found if one.key in counts and ("*" in allowed or one.key in allowed)]
    return tuple(sorted(fit, key=lambda one: (-counts[one.key], one.key))[:_MOST_PROJECTS])


def wanted_by(facts: Facts, tracker: Tracker) -> Iterator[Wanted]:
    """Give what Jira tells of the new issues that commands ask for."""
    for event in facts.commands:
        project, person = event.payload.get("new"), facts.person(event.payload.get("user"))
        if project is not None:
            may = person is not None and person.jira is not None and tracker.may_create(person.jira, project)
            form = _form(project, facts.item.type if facts.item else "", tracker) if may else None
            yield Wanted(event=event.id, project=project, may_create=may, form=form)


def _form(project: str, usual: str, tracker: Tracker) -> IssueForm | None:
    """Give what is wanted for an issue of the usual type, or else of the first that needs no more than we can give."""
    types = sorted(tracker.types(project), key=lambda one: one != usual)
    forms = (tracker.form(project, one) for one in types)
    return next((one for one in forms if one is not None and {field.id for field in one.required} <= GIVEN), None)
