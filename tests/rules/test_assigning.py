"""What rules may say of giving out work."""

from pathlib import Path

import pytest

from rules.loader import RulesError, load

PACKS = Path(__file__).parents[2] / "rules" / "packs"


def loaded(text: str) -> object:
    packs = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(PACKS.glob("*.yml"))]
    return load([*packs, ("own.yml", text)])


def mistakes(text: str) -> str:
    with pytest.raises(RulesError) as wrong:
        loaded(text)
    return "\n".join(map(str, wrong.value.mistakes))


def test_what_ships_gives_out_nothing_before_projects_are_named() -> None:
    rules = load([(path.name, path.read_text(encoding="utf-8")) for path in sorted(PACKS.glob("*.yml"))])

    assigning = rules.workflows["assigning"]
    assert assigning.assign is not None
    assert (assigning.assign.projects, assigning.assign.explore, assigning.couples) == ((), 0, False)
    assert rules.agents[assigning.agent].level_for("assign") == "ask"


def test_three_lines_name_the_projects() -> None:
    loaded("workflows:\n  assigning:\n    assign: {projects: [PAY]}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workflows: {assigning: {link_type: Duplicate}}", "a workflow with `assign` knows none"),
        ("workflows: {assigning: {assign: {dull: item.colour}}}", "item.colour"),
        ("workflows: {assigning: {assign: {projects: [pay]}}}", "projects"),
        ("workflows: {assigning: {assign: {explore: 900}}}", "explore"),
        ("workflows: {duplicates: {assign: {projects: [PAY]}}}", "a workflow with `assign` knows none"),
    ],
)
def test_what_makes_no_sense_is_told(text: str, said: str) -> None:
    assert said in mistakes(text + "\n")
