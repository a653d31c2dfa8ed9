"""The shipped packs load, what is laid over them changes only what it names, and all mistakes are told at once."""

import contextlib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.loader import MAX_TEXT, RulesError, load, schema

PACKS = Path(__file__).parents[2] / "rules" / "packs"


def shipped() -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(PACKS.glob("*.yml"))]


def mistakes(*texts: str) -> tuple[str, ...]:
    with pytest.raises(RulesError) as caught:
        load([*shipped(), *((f"own-{number}", text) for number, text in enumerate(texts))])
    return caught.value.mistakes


def test_the_shipped_packs_are_good_rules() -> None:
    assert "duplicates" in load(shipped()).workflows


def test_a_pack_laid_over_changes_only_what_it_names() -> None:
    below, above = load(shipped()), load([*shipped(), ("own", "limits: {undo_button_minutes: 3}")])

    assert above.limits.undo_button_minutes == 3
    assert above.limits.projects == below.limits.projects
    assert above.version != below.version


def test_the_same_rules_have_the_same_version_however_they_are_divided() -> None:
    whole = "limits: {undo_button_minutes: 3}\npeople: {mika: {name: Mika, roles: [triager]}}"
    parts = ["people: {mika: {name: Mika}}", "limits: {undo_button_minutes: 3}", "people: {mika: {roles: [triager]}}"]

    divided = load([*shipped(), *((str(number), text) for number, text in enumerate(parts))])

    assert load([*shipped(), ("whole", whole)]).version == divided.version


def test_an_empty_pack_changes_nothing() -> None:
    assert load([*shipped(), ("own", "# nothing yet")]).version == load(shipped()).version


def test_every_mistake_is_told_at_once() -> None:
    assert len(mistakes("limits: {undo_button_minutes: 0}\nunknown: 1", "[1")) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("limits: {undo_button_minutes: 0}", "limits.undo_button_minutes: 0 is less than the minimum of 1"),
        ("limits: {colour: red}", "limits: Additional properties are not allowed ('colour' was unexpected)"),
        ("agents: {duplicates: {autonomy: {link: always}}}", "agents.duplicates.autonomy.link: 'always' is not one of"),
        ("agents: {Du{0}: {}}", "not usable YAML"),
        ("people: {'Mika {0}': {name: Mika}}", "does not match"),
        ("people: {'jira:1': {name: Mika}}", "does not match"),
        ("people: {mika: {name: Mika, roles: [king]}}", "people.mika.roles: there is no role 'king'"),
        ("workflows: {duplicates: {agent: oracle}}", "workflows.duplicates.agent: there is no agent 'oracle'"),
        ("workflows: {duplicates: {approvers: king}}", "workflows.duplicates.approvers: there is no role 'king'"),
        ("workflows: {duplicates: {approvers: operator}}", "the role 'operator' may not approve"),
        ("workflows: {duplicates: {when: 'item.'}}", "workflows.duplicates.when: "),
        ("workflows: {duplicates: {comment: closed}}", "must name the known issue by {key}"),
        ("people: {a: {name: A, jira: j}, b: {name: B, jira: j}}", "people.b.jira: is already a's"),
        ("people: {a: {name: A, slack: U1}, b: {name: B, slack: U1}}", "people.b.slack: is already a's"),
        ("- a list", "expected a mapping at the top, found list"),
        ("limits: {undo_button_minutes: 1.5}", "1.5 is a float"),
        ("a: &a [1]\nb: *a", "aliases"),
        ("x: !!python/object:os.system {}", "not usable YAML"),
        ("agents: {1: {}}", "1"),
        ("limits: {projects: [2026-01-01]}", "limits.projects.0"),
        ("#" * (MAX_TEXT + 1), f"is over {MAX_TEXT} characters"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    assert any(told in mistake for mistake in mistakes(text)), mistakes(text)


def test_a_small_text_that_would_grow_without_end_is_refused() -> None:
    layers = "\n".join(f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 9)}]" for number in range(1, 30))

    assert any("aliases" in mistake for mistake in mistakes(f"l0: &l0 [x]\n{layers}"))


@given(st.text())
def test_no_text_breaks_the_loader(text: str) -> None:
    with contextlib.suppress(RulesError):
        assert load([*shipped(), ("own", text)]).version


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
