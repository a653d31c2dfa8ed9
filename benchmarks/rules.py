"""Measures what rules cost as they grow: to load them, and to hear all their guardrails about one item.

Beside them, in the same run: conditions that are compiled anew each time, as they would be without being kept.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import click

from rules.cases import Case, load_cases, tried
from rules.conditions import PROPOSAL_WORDS, Vocabulary
from rules.loader import load
from rules.ruleset import Ruleset

_PACKS = Path(__file__).parents[1] / "rules" / "packs"
_CASE = "cases: {one: {given: {workflow: duplicates, item: {key: PAY-2, labels: [vip]}}, expect: {}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one number of guardrails costs, in milliseconds; medians."""

    guardrails: int
    load_ms: float
    judge_ms: float
    compiled_anew_ms: float


@click.command()
@click.option("--count", "counts", multiple=True, type=click.IntRange(1), default=(10, 100, 1000), show_default=True)
@click.option("--rounds", default=20, show_default=True, type=click.IntRange(1), help="How often one item is judged.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def rules(counts: tuple[int, ...], rounds: int, as_json: bool) -> None:
    """Measure how long so many guardrails take to load, and to be heard about one item."""
    costs = [cost(count, rounds) for count in counts]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in costs]))
        return
    click.echo("guardrails   load ms   judge ms   compiled anew ms")
    for one in costs:
        click.echo(f"{one.guardrails:10,}{one.load_ms:10.0f}{one.judge_ms:11.2f}{one.compiled_anew_ms:19.1f}")


def cost(count: int, rounds: int) -> Cost:
    """Measure one number of guardrails."""
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(_PACKS.glob("*.yml"))]
    texts.append(("made.yml", "guardrails:\n" + "".join(_guardrail(number) for number in range(count))))
    loads = [_milliseconds(lambda: load(texts)) for _ in range(3)]
    ruleset = load(texts)
    case = load_cases([("case.yml", _CASE)], ruleset).cases["one"]
    return Cost(
        guardrails=count,
        load_ms=median(loads),
        judge_ms=median(_milliseconds(lambda: tried("one", case, ruleset)) for _ in range(rounds)),
        compiled_anew_ms=median(_milliseconds(lambda: _compiled_anew(ruleset, case)) for _ in range(3)),
    )


def _guardrail(number: int) -> str:
    when = f'item.priority == "P{number}" && size(item.labels) > {number % 7} || proposal.confidence < {number % 100}'
    return f"  made-{number}:\n    when: {when}\n    answer: ask\n    reason: number {number}\n"


def _compiled_anew(ruleset: Ruleset, case: Case) -> None:
    vocabulary = Vocabulary(PROPOSAL_WORDS)
    for rule in ruleset.guardrails.values():
        vocabulary.compiled(rule.when)
    tried("one", case, ruleset)


def _milliseconds(done: Callable[[], object]) -> float:
    began = time.perf_counter()
    done()
    return 1000 * (time.perf_counter() - began)
