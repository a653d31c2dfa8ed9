"""The way from an answer to a new issue: the buttons under what is known, and the form that they open. Pure."""

from collections.abc import Mapping, Sequence

from orchestrator.messages import Button, Choice, Form, Input
from rules.actions import Project
from rules.canonical import digest
from rules.model import Event, Item, ItemRef, Line, Tainted
from rules.ruleset import Ruleset

#: The agent in whose name, with whose tools and out of whose budget people have issues created.
AGENT = "reporter"
LONGEST_SUMMARY = 255
LONGEST_DESCRIPTION = 3_000
MOST_CHOICES = 100
#: The fields of a new issue that can be filled in here; an issue that needs more is for Jira's own form.
GIVEN = frozenset({"project", "issuetype", "summary", "description", "reporter"})
NOT_OFFERED = Line(text="The rules let nobody have an issue created by me.")
#: The type that is chosen at first, where there is one such.
USUAL = "Bug"


def is_offered(rules: Ruleset) -> bool:
    """Tell whether the rules let anybody have an issue created."""
    agent = rules.agents.get(AGENT)
    return agent is not None and "create" in agent.tools and any(one.couples for one in rules.workflows.values())


def button_for(asked: str, item: Item | None = None) -> Button:
    """Give the button that opens the form; `asked` is the event by which somebody asked whether it is known."""
    if item is None:
        return Button(action="report.open", label="Report it as a new issue", value={"asked": asked})
    label = f"Report it, linked to {item.key}"
    return Button(action="report.open", label=label, value={"asked": asked, "other": str(item.id)})


def id_of(event: Event) -> str:
    """Name the request after the form that was filled in, so that one form makes one issue, however often it comes."""
    return digest({"form": event.payload.get("view") or event.id})[:20]


def form(
    said: str,
    carried: Mapping[str, str],
    other: Item | None,
    projects: Sequence[Project],
    chosen: str,
    types: Sequence[str],
    usual: str = USUAL,
) -> Form:
    """Give the form with what is known filled in.

    `said` is the text that somebody asked about, `carried` comes back with the submission; `projects` (one at least,
    `chosen` among them) are those in which they may create issues, `types` (one at least) what may be created in the
    chosen one, of which `usual` is chosen at first.
    """
    summary, _, rest = said.strip().partition("\n")
    offered = sorted(projects, key=lambda one: (one.key != chosen, one.key))[:MOST_CHOICES]
    return Form(
        name="report.submitted",
        title=Line(text="Report it as a new issue"),
        submit="Report",
        lines=(_linked(other),) if other is not None else (),
        inputs=(
            Input(
                name="project",
                label="Project",
                kind="one",
                hint=_left_out(len(projects)),
                choices=tuple(Choice(value=one.key, label=_named(one)) for one in offered),
                given=chosen,
                tells="report.place",
            ),
            _type_of(chosen, types, usual),
            Input(
                name="summary", label="Summary", kind="text", given=" ".join(summary.split()), longest=LONGEST_SUMMARY
            ),
            Input(
                name="description",
                label="Description",
                kind="lines",
                hint="You stand as the one who reported it, as far as Jira lets me say so.",
                given=said.strip() if rest.strip() else summary,
                longest=LONGEST_DESCRIPTION,
            ),
        ),
        carried={**carried, **({} if other is None else {"other": str(other.id)})},
    )


def _type_of(project: str, types: Sequence[str], usual: str) -> Input:
    offered = types[:MOST_CHOICES]
    return Input(
        name=f"type:{project}",
        label="Type",
        kind="one",
        choices=tuple(Choice(value=one, label=Line(text="{0}", parts=(Tainted(text=one),))) for one in offered),
        given=next((one for one in (usual, USUAL) if one in types), types[0]),
    )


def _linked(other: Item) -> Line:
    return Line(text="It will be linked to {0} {1}", parts=(ItemRef(id=other.id, key=other.key), other.summary))


def _named(project: Project) -> Line:
    return Line(text="{0}: {1}", parts=(Tainted(text=project.key), Tainted(text=project.name)))


def _left_out(number: int) -> str:
    if number <= MOST_CHOICES:
        return ""
    return f"{MOST_CHOICES} of your {number} projects stand here; for another one, please create the issue in Jira."
