"""The shipped packs load, what is laid over them changes only what it names, and all mistakes are told at once."""

import contextlib
import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
import yaml
from cel_expr_python import cel
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions import PROPOSALS
from rules.loader import RulesError, load, schema
from rules.sources import MAX_DEPTH, MAX_TEXT

PACKS = Path(__file__).parents[2] / "rules" / "packs"


def shipped() -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(PACKS.glob("*.yml"))]


def mistakes(*texts: str) -> tuple[str, ...]:
    with pytest.raises(RulesError) as caught:
        load([*shipped(), *((f"own-{number}", text) for number, text in enumerate(texts))])
    return tuple(str(mistake) for mistake in caught.value.mistakes)


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


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    workflow = "workflows: {duplicates: {when: itm.is_open, agent: x, channel: 5}}"

    told = mistakes(f"limits: {{undo_button_minutes: 0}}\nunknown: 1\n{workflow}", "[1")

    assert [mistake.partition(" ")[0] for mistake in told] == [
        "own-0:1:10:",
        "own-0:2:1:",
        "own-0:3:26:",
        "own-0:3:45:",
        "own-0:3:55:",
        "own-1:2:1:",
    ]


def test_what_has_the_wrong_shape_does_not_hide_what_is_wrong_elsewhere() -> None:
    assert (
        len(mistakes("agents: 5\nworkflows: [1]\nroles: x\nguardrails: {a: 5}\npeople: {a: {roles: 5}}\nlimits: 1")) > 5
    )


GATE = (
    "workflows: {{new: {{agent: approvals, close_as: {{statuses: [], resolution: ''}}, gate: {{on_status: {},"
    " approved: {{statuses: [{}], comment: Yes}}, rejected: {{statuses: [{}], comment: No}}}}}}}}"
)
STEPS = (
    "workflows: {{new: {{gate: {{{} on_status: Open, approved: {{statuses: [Doing], comment: Yes}},"
    " rejected: {{statuses: [No], comment: No}}}}, approval: {{steps: [{{{}name: a, up_to: {{king: 5}}}}]}}}}}}"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "limits:\n  undo_button_minutes: 0",
            "own-0:2:3: limits.undo_button_minutes: 0 is less than the minimum of 1",
        ),
        ("limits: {colour: red}", "own-0:1:10: limits.colour: no rule has the word 'colour' here"),
        ("workflows: {duplicates: {chanel: x}}", "no rule has the word 'chanel' here; did you mean channel?"),
        ("workflows: {new: {agent: duplicates}}", "workflows.new: approvers, channel, expires_after_hours,"),
        (
            "agents: {duplicates: {autonomy: {link: always}}}",
            "own-0:1:34: agents.duplicates.autonomy.link: 'always' is none of act_with_undo, ask, shadow",
        ),
        ("agents: {duplicates: {autonomy: {lnk: ask}}}", "duplicates.autonomy.lnk: 'lnk' is none of"),
        ("agents: {duplicates: {tools: [lnk]}}", "own-0:1:31: agents.duplicates.tools.0: 'lnk' is none of"),
        ("agents: {Du{0}: {}}", "not usable YAML"),
        ("people: {'Mika {0}': {name: Mika}}", "own-0:1:10: people.Mika {0}: 'Mika {0}' is no name"),
        ("people: {'jira:1': {name: Mika}}", "is no name"),
        ("people: {mika: {name: 5}}", "own-0:1:17: people.mika.name: expected a text, found 5"),
        ("people: {mika: {name: M, jira: 5}}", "people.mika.jira: expected a text or nothing, found 5"),
        ("people: {mika: {name: Mika, roles: [triger]}}", "own-0:1:37: people.mika.roles.0: there is no role 'triger'"),
        ("people: {mika: {name: Mika, roles: [triger]}}", "did you mean triager?"),
        ("workflows: {duplicates: {agent: duplicate}}", "there is no agent 'duplicate'; did you mean duplicates?"),
        ("workflows: {duplicates: {approvers: king}}", "workflows.duplicates.approvers: there is no role 'king'"),
        ("workflows: {duplicates: {approvers: operator}}", "the role 'operator' may not approve"),
        ("workflows: {duplicates: {when: 'item.'}}", "own-0:1:26: workflows.duplicates.when: at character 6"),
        ("workflows: {duplicates: {when: item.state == ''}}", "there is no word item.state; did you mean item.status?"),
        ("workflows: {duplicates: {comment: closed}}", "must name the known issue by {key}"),
        ("workflows: {duplicates: {batches: {agent: batchs}}}", "there is no agent 'batchs'; did you mean batches?"),
        ("workflows: {duplicates: {batches: {comment: closed}}}", "batches.comment: must name the issue that they are"),
        (
            "workflows: {duplicates: {agent: duplicates}, new: {agent: duplicates}}",
            "new: close_as, comment, known_for_days",
        ),
        (GATE.format("Open", "Doing", "No, Doing"), "gate.approved.statuses: 'Doing' cannot tell that it was approved"),
        (GATE.format("Open", "Doing", "Open"), "gate.rejected.statuses: 'Open' cannot tell that it was rejected"),
        (STEPS.format("", ""), "steps.0.up_to: needs a gate that names its amount"),
        (
            STEPS.format("amount: Price,", "roles: [king], "),
            "up_to: leaves nobody who decides about more",
        ),
        (STEPS.format("amount: Price,", "each: true, "), "up_to: would leave out roles of which each has to agree"),
        (STEPS.format("amount: Price,", "roles: [], "), "steps.0.up_to.king: the step does not ask the role 'king'"),
        (
            STEPS.format("bulk: {at_most: 2, up_to: 5},", ""),
            "gate.bulk.up_to: needs the gate's amount, which it limits",
        ),
        (
            GATE.format("Open", "Doing", "No"),
            "new.close_as: speaks of known issues, of which a workflow with a gate knows",
        ),
        (
            "workflows: {duplicates: {batches: {from_items: 2}}}",
            "own-0:1:36: workflows.duplicates.batches.from_items: 2",
        ),
        ("people: {a: {name: A, jira: j}, b: {name: B, jira: j}}", "people.b.jira: is already a's"),
        ("people: {a: {name: A, slack: U1}, b: {name: B, slack: U1}}", "people.b.slack: is already a's"),
        ("guardrails: {a: {when: item.is_open, answer: allow, reason: x}}", "'allow' is none of ask, deny"),
        (
            "guardrails: {a: {when: x, answer: ask, reason: x}}",
            "guardrails.a.when: at character 1: there is no word x",
        ),
        ("guardrails: {obey_the_switch: {when: 'true', answer: ask, reason: x}}", "is the name of a guardrail that is"),
        ("limits: {time_zone: Europe/Berln}", "there is no time zone 'Europe/Berln'; did you mean Europe/Berlin?"),
        ("- a list", "own-0:1:1: expected a mapping at the top, found a list"),
        ("text", "expected a mapping at the top, found a single value"),
        ("limits: {undo_button_minutes: 1.5}", "own-0:1:31: limits.undo_button_minutes: 1.5 is no whole number"),
        ("x: .nan", "own-0:1:4: x: .nan is no whole number"),
        ("a: &a [1]\nb: *a", "own-0:2:4: aliases"),
        ("x: !!python/object:os.system {}", "not usable YAML"),
        ("agents: {1: {}}", "own-0:1:10: agents: a name must be a text: put it into quotes"),
        ("agents: {on: {}}", "own-0:1:10: agents: a name must be a text: put it into quotes"),
        ("agents: {<<: {a: 1}}", "a name must be a text"),
        (
            "limits: {projects: [2026-01-01]}",
            "limits.projects.0: '2026-01-01' is read as a timestamp: put it into quotes",
        ),
        ("limits: {projects: [12:30]}", "limits.projects.0: '12:30' is read as a int: put it into quotes"),
        ("limits:\n  projects: [A]\n  projects: [B]", "own-0:3:3: limits: projects is said twice, first in line 2"),
        ("a: 1\n---\nb: 1", "own-0:2:1: is not usable YAML: expected a single document"),
        ("\0", "not usable YAML"),
        ("[" * 1000, f"is nested more than {MAX_DEPTH} deep"),
        ("#" * (MAX_TEXT + 1), f"is over {MAX_TEXT} characters"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    assert any(told in mistake for mistake in mistakes(text)), mistakes(text)


def test_a_small_text_that_would_grow_without_end_is_refused() -> None:
    layers = "\n".join(f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 9)}]" for number in range(1, 30))

    assert any("aliases" in mistake for mistake in mistakes(f"l0: &l0 [x]\n{layers}"))


def test_a_mistake_in_what_two_files_say_together_is_told_of_the_later_one() -> None:
    assert mistakes("people:\n  mika: {name: Mika}", "people:\n  mika: {roles: [king]}") == (
        "own-1:2:18: people.mika.roles.0: there is no role 'king'",
    )


@given(st.text())
def test_no_text_breaks_the_loader(text: str) -> None:
    with contextlib.suppress(RulesError):
        assert load([*shipped(), ("own", text)]).version


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


SECTIONS = st.sampled_from(["agents", "workflows", "limits", "people", "roles", "guardrails"])
FIELDS = st.sampled_from(["duplicates", "when", "answer", "reason", "may", "projects", "confidence", "link", "jira"])
WORDS = SECTIONS | FIELDS | st.sampled_from(["ask", "deny", "approve", "item.is_open", "mika", "*"])
ANYTHING = st.recursive(
    WORDS | st.text(max_size=5) | st.integers() | st.floats() | st.booleans() | st.none() | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.integers(), inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(WORDS, ANYTHING, max_size=4))
def test_nothing_that_yaml_can_say_breaks_the_loader_or_loads_as_something_else(said: dict[str, object]) -> None:
    text = yaml.safe_dump(said)

    with contextlib.suppress(RulesError):
        loaded = load([*shipped(), ("own", text)])
        assert load([("again", msgspec.json.encode(loaded).decode())]).version == loaded.version


@given(st.text(alphabet="abimtes.&|!=<>()[]\"'0 19-+?:{}", max_size=30))
def test_a_condition_that_loads_is_one_that_says_yes_or_no(condition: str) -> None:
    own = json.dumps({"guardrails": {"own": {"when": condition, "answer": "deny", "reason": "so"}}})

    with contextlib.suppress(RulesError):
        load([*shipped(), ("own", own)])
        assert PROPOSALS.compiled(condition).return_type() == cel.Type.BOOL


def test_batches_can_be_turned_off() -> None:
    rules = load([*shipped(), ("own", "workflows: {duplicates: {batches: null}}")])
    assert rules.workflows["duplicates"].batches is None


def test_what_people_teams_and_calendars_name_has_to_be_there() -> None:
    told = mistakes(
        "calendars: {berlin: {time_zone: Europe/Berlyn, hours: {mon: ['09:00-17:00']}, country: DE, subdivision: XX}}\n"
        "people: {mika: {name: Mika, calendar: berlim, manager: prya, teams: [core]}}\n"
        "teams: {yard: {purpose: Works., on_call: {people: [mika, tmo], since: '2026-11-02T09:00:00Z', each_hours: 9}}}"
    )

    assert [one.split(": ")[1] for one in told] == [
        "calendars.berlin.time_zone",
        "calendars.berlin.subdivision",
        "people.mika.calendar",
        "people.mika.manager",
        "people.mika.teams.0",
        "teams.yard.on_call.people.1",
    ]


def test_a_calendar_takes_shifts_over_midnight_and_a_person_their_calendar() -> None:
    hours = "{mon: ['22:00-06:00', '06:00-24:00']}"
    calendars = f"calendars: {{nights: {{time_zone: UTC, hours: {hours}, closed: ['2026-12-24']}}}}"
    rules = load([*shipped(), ("own", calendars + "\npeople: {mika: {name: Mika, calendar: nights}}")])

    assert rules.people["mika"].calendar == "nights"
    assert rules.calendars["nights"].closed[0].isoformat() == "2026-12-24"


def test_a_shift_that_is_no_time_of_day_is_a_mistake() -> None:
    [told] = mistakes("calendars: {nights: {time_zone: UTC, hours: {mon: ['9:00-25:00']}}}")

    assert told.endswith("'9:00-25:00' is not written as in '09:00-17:30'")


@pytest.mark.parametrize("name", ["Due date", "due DATE"])
def test_the_clock_of_due_dates_is_declared_by_nobody(name: str) -> None:
    sla = "{when: 'true', starts: [issue created], stops: [resolution set], goals: [{within: 4h}]}"

    (told,) = mistakes(f"slas: {{{name}: {sla}}}")

    assert "which rules do not declare" in told
