"""What the documents say of the program is held to the program: names, defaults, commands, examples, links."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

import app
from integrations import rules_files
from integrations.console import Broadcast
from integrations.jira import translate
from integrations.jira.spoken import answer_in
from integrations.settings import Settings
from orchestrator.commands import Command, parse
from orchestrator.related.confidence import Signals, confidence
from rules import agreement, cases, gates, ruleset
from rules.assigning import AssignRule
from rules.conditions import ITEM_WORDS, ITEMS, PROPOSAL_WORDS, check, view_of
from rules.guardrails import GUARDRAILS, percent
from rules.learning import LearningRule
from rules.loader import load
from rules.noise import NoiseRule
from rules.questions import QuestionRule
from rules.requests import RequestState
from rules.rotations import RotationRule
from rules.slas import GoalRule, SlaRule
from rules.talk import TalkPlace, TalkRule
from rules.watching import BlockersRule, RiskInJiraRule, RiskRule, StrandingRule, WatchRule
from tests.integrations.console.yard import ITEM, NOW, Yard, application
from tests.scenarios.test_vendor_faults import GONE, POSTS, WRITES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONNECTING, OPERATING, RULES, HOW, GLOSSARY = (
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("connecting", "operating", "writing-rules", "how-it-works", "glossary")
)
CODE_OF_ENTRIES = [*ROOT.glob("orchestrator/**/*.py"), *ROOT.glob("integrations/**/*.py")]
WRITERS = "\n".join(path.read_text(encoding="utf-8") for path in CODE_OF_ENTRIES)

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^(?: {4}| {7})\S.*$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def snippets(page: Path) -> Iterator[str]:
    """Everything that stands as code in a page: between backticks, in fences, and indented."""
    words = page.read_text(encoding="utf-8")
    for _, fenced in FENCE.findall(words):
        yield from fenced.splitlines()
    words = FENCE.sub("", words)
    yield from (line.strip() for line in INDENTED.findall(words))
    yield from CODE.findall(words)


def rows(words: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first column is headed so, by the code in their first cell."""
    lines = words.splitlines()
    starts = [place for place, line in enumerate(lines) if line.strip().startswith(f"| {heading} |")]
    assert len(starts) == 1, f"{len(starts)} tables begin with the column {heading!r}"
    found = {}
    for line in lines[starts[0] + 2 :]:
        if not line.strip().startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        found[cells[0].strip("`| ")] = cells[1:]
    return found


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# All pages.


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        if path.startswith("https://"):
            continue
        if not to.exists() or (anchor and anchor not in anchors(to)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_that_is_named_exists(page: Path) -> None:
    paths = {word for word in snippets(page) if re.fullmatch(r"(?:[\w.*-]+/)+[\w.*-]+\.(?:py|yml|sql)|[\w-]+/", word)}
    assert {path for path in paths if not [*ROOT.glob(path)]} - {"var/"} == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_that_is_named_exists(page: Path) -> None:
    said = {match.group(1) for line in snippets(page) if (match := re.search(r"(?:^|/)yardmaster( [a-z].*|$)", line))}
    assert {line for line in said if not is_command(line.split())} == set()


def is_command(words: list[str]) -> bool:
    known: click.Command = app.main
    for word in words:
        if word.startswith("--"):
            if not any(word in one.opts for one in known.params):
                return False
        elif isinstance(known, click.Group):
            called = known.get_command(click.Context(known), word)
            if called is None:
                return False
            known = called
    return True


def test_every_command_is_told_of() -> None:
    told = rows(OPERATING, "command")
    assert set(app.COMMANDS) == {line.split()[1] for line in told}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(RUN_STAMP)", ".venv/.installed-run")
    said = {match.group(1) for line in snippets(page) if (match := re.match(r"make ([\w./-]+)", line))}
    assert {target for target in said if not re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)} == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_yard_command_that_is_named_is_understood(page: Path) -> None:
    said = [line.removeprefix("/yard").replace("KEY", "PAY-12") for line in snippets(page) if line.startswith("/yard ")]
    written_in_jira = [words for words in said if answer_in(f"/yard{words}") is not None]
    assert [words for words in said if words not in written_in_jira and not isinstance(parse(words), Command)] == []


def test_the_readme_is_one_screen() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 60


# Operating.


def settings_in_code() -> dict[str, str]:
    """The names of all settings, each with the attribute that it becomes."""
    tree = ast.parse((ROOT / "integrations/settings.py").read_text(encoding="utf-8"))
    return {
        call.args[0].value: keyword.arg or ""
        for keyword in ast.walk(tree)
        if isinstance(keyword, ast.keyword)
        for call in ast.walk(keyword.value)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "take"
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }


def test_every_setting_is_told_of_with_its_default() -> None:
    defaults = Settings.read({}, None)
    in_code = {name: str(getattr(defaults, attribute)) for name, attribute in settings_in_code().items()}
    told = {name: CODE.match(cells[1]) for name, cells in rows(OPERATING, "name").items()}
    assert {name: default.group(1) if default else "None" for name, default in told.items()} == in_code


def test_every_metric_is_told_of() -> None:
    yard = Yard()
    yard.add(1, kind="action.done")
    scraped = application(yard, Broadcast(yard), token=None).test_client().get("/metrics").text
    names = {sample.name for family in text_string_to_metric_families(scraped) for sample in family.samples}
    assert set(rows(OPERATING, "metric")) == names


@pytest.mark.parametrize(("heading", "tried"), [("Jira answers", [*WRITES]), ("Slack answers", [*POSTS, *GONE])])
def test_every_fault_of_the_vendors_that_is_tried_has_its_row(heading: str, tried: list[str]) -> None:
    told = " ".join(rows(OPERATING, heading))
    codes = {name.split()[0] for name in tried}
    assert {code for code in codes if (code.isdigit() or "_" in code) and code not in told} == set()


def test_the_webhooks_events_are_those_that_cause_a_look() -> None:
    told = {name for cells in rows(CONNECTING, "in Jira").values() for name in CODE.findall(cells[0])}
    looked_at = translate._ISSUE_EVENTS | translate._COMMENT_EVENTS | translate._LINK_EVENTS
    assert {name.removeprefix("jira:") for name in told} == looked_at


# Writing rules.


def texts_of(kind: str) -> list[str]:
    return [body for named_kind, body in FENCE.findall(RULES) if named_kind == kind]


@pytest.mark.parametrize("overlay", texts_of("yaml"))
def test_every_example_of_rules_loads_over_the_packs(overlay: str) -> None:
    packs = rules_files.texts(app.PACKS)
    assert load([*packs, ("example.yml", overlay)]) != load(packs)


@pytest.mark.parametrize("text", texts_of("cases"))
def test_every_example_of_a_case_comes_out_as_it_says(text: str) -> None:
    shipped = load(rules_files.texts(app.PACKS))
    found = cases.load_cases([("example.yml", text)], shipped).cases
    assert [cases.tried(name, case, shipped).differs for name, case in found.items()] == [()]


@pytest.mark.parametrize("condition", [line for body in texts_of("cel") for line in body.splitlines()])
def test_every_example_of_a_condition_says_yes_or_no(condition: str) -> None:
    assert not check(ITEMS, condition, ITEMS.seen(view_of(ITEM, NOW))).broken


def test_the_first_example_of_a_condition_is_the_shipped_one() -> None:
    shipped = load(rules_files.texts(app.PACKS)).workflows["duplicates"].when
    assert texts_of("cel")[0].splitlines()[0] == shipped


def test_every_word_of_conditions_about_proposals_is_told_of() -> None:
    told = {word for word in rows(RULES, "proposal word") if not word.endswith("....")}
    assert told == {word for word in PROPOSAL_WORDS if word.partition(".")[0] not in ("item", "other")}


def test_every_word_of_conditions_is_told_of() -> None:
    assert set(rows(RULES, "word")) == set(ITEM_WORDS) == set(view_of(ITEM, NOW))


@pytest.mark.parametrize(
    ("heading", "shape"),
    [
        ("workflow field", ruleset.WorkflowRule),
        ("approval field", agreement.ApprovalRule),
        ("step field", agreement.StepRule),
        ("gate field", gates.GateRule),
        ("assign field", AssignRule),
        ("approved field", gates.GateEnd),
        ("close_as field", ruleset.CloseAs),
        ("batches field", ruleset.BatchRule),
        ("comments field", ruleset.CommentRule),
        ("priority field", ruleset.PriorityStep),
        ("follow field", ruleset.FollowRule),
        ("agent field", ruleset.AgentRule),
        ("limits field", ruleset.Limits),
        ("guardrails field", ruleset.GuardrailRule),
        ("learning field", LearningRule),
        ("noise field", NoiseRule),
        ("talk field", TalkRule),
        ("watch field", WatchRule),
        ("stranding field", StrandingRule),
        ("blockers field", BlockersRule),
        ("risk field", RiskRule),
        ("risk jira field", RiskInJiraRule),
        ("talk channel field", TalkPlace),
        ("questions field", QuestionRule),
        ("given field", cases.Given),
        ("expect field", cases.Expected),
        ("role field", ruleset.RoleRule),
        ("person field", ruleset.PersonRule),
        ("team field", ruleset.TeamRule),
        ("on_call field", RotationRule),
        ("calendar field", ruleset.CalendarRule),
        ("sla field", SlaRule),
        ("goal field", GoalRule),
    ],
)
def test_every_field_of_a_rule_is_told_of(heading: str, shape: type[msgspec.Struct]) -> None:
    assert set(rows(RULES, heading)) == set(shape.__struct_fields__)


def test_every_autonomy_level_is_told_of() -> None:
    assert set(rows(RULES, "level")) == set(get_args(ruleset.AutonomyLevel))


def test_every_guardrail_is_told_of() -> None:
    assert list(rows(RULES, "guardrail")) == [guardrail.__name__ for guardrail in GUARDRAILS]


def test_the_highest_confidence_is_the_one_that_is_told() -> None:
    twin = Signals(text=1000, lead=1000, apart=1000, cover=1000, titles=1000, shared=100, days=0)
    assert f"never exceeds {percent(confidence(twin))}" in RULES


# How it works, and the glossary.


def test_every_kind_of_entry_that_is_told_of_is_written_somewhere() -> None:
    told = {kind for row in rows(HOW, "kind") for kind in CODE.findall(f"`{row}`")}
    ends = {f"request.{state}" for state in RequestState}
    assert {kind for kind in told - ends if f'"{kind}"' not in WRITERS} == set()


def test_every_kind_of_entry_that_is_written_is_told_of() -> None:
    nameless = re.sub(r'\bname="[^"]*"', "", WRITERS)
    lines = re.findall(r"^.*\b_?(?:kind[\w, ]*=|entry\(|not_done\().*$", nameless, re.MULTILINE | re.IGNORECASE)
    written = {kind for line in lines for kind in re.findall(r'"([a-z]+\.[a-z_]+)"', line)}
    assert {kind for kind in written if f"`{kind}`" not in HOW} == set()


def test_the_glossary_is_in_order_and_says_where_each_word_lives() -> None:
    entries = [entry for entry in GLOSSARY.split("\n\n") if entry.startswith("**")]
    words = [entry.split("**")[1] for entry in entries]
    assert words == sorted(words, key=str.casefold)
    assert [entry for entry in entries if not re.search(r"`[a-z_/]+/\w+\.py`", entry)] == []
