"""Rules like the shipped ones, with people to answer."""

from typing import Any

from rules.ruleset import AgentRule, CloseAs, Limits, PersonRule, RoleRule, Ruleset, WorkflowRule

REPORTER = AgentRule(
    role="Creates what people report.",
    owner="operator",
    tools=("create", "link"),
    asks_from=1000,
    actions_per_day=50,
    autonomy={"create": "act_with_undo", "link": "act_with_undo"},
)


def ruleset(**changed: Any) -> Ruleset:
    """Rules like the shipped ones, with Mika and Priya as triagers, Dana and Tom without a role."""
    agent = AgentRule(
        role="Notices repetitions.",
        owner="operator",
        tools=("link", "comment", "transition", "watch", "priority", "unlink", "uncomment", "unwatch"),
        asks_from=350,
        actions_per_day=500,
    )
    workflow = WorkflowRule(
        outcome="Known problems are handled once.",
        owner="operator",
        agent="duplicates",
        when="item.is_open",
        approvers="triager",
        channel="#yard",
        expires_after_hours=24,
        known_for_days=730,
        link_type="Duplicate",
        close_as=CloseAs(statuses=("Closed",), resolution="Duplicate"),
        comment="The same problem as {key}: {summary}\nIt is handled there.",
    )
    given: dict[str, Any] = {
        "agents": {"duplicates": agent, "reporter": REPORTER},
        "workflows": {"repeats": workflow},
        "limits": Limits(
            projects=("*",), confidence={"link": 950, "comment": 950, "transition": 950}, undo_button_minutes=10
        ),
        "roles": {
            "triager": RoleRule(purpose="Answers.", may=("approve", "read")),
            "operator": RoleRule(purpose="Operates.", may=("operate", "read")),
        },
        "people": {
            name: PersonRule(name=name.title(), jira=f"j-{name}", slack=f"U{name.upper()}", roles=roles)
            for name, roles in (("dana", ()), ("mika", ("triager",)), ("priya", ("triager",)), ("tom", ()))
        },
    }
    return Ruleset(**given | changed)
