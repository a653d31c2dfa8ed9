"""The commands that measure how well many reports are seen to be one problem, and fit how likely a pair is."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks import batch_groups
from benchmarks.batch_baselines import best_threshold, by_cosine, by_title
from benchmarks.batch_fit import fit, honesty, met_in
from benchmarks.batch_measures import Grouping, Problems, found_problems, grouping, mostly, pairs_right
from benchmarks.batch_stream import Plan, Report, stream
from benchmarks.batch_words import TONGUES
from benchmarks.batch_yard import Posted, Yard, yard
from benchmarks.history import History
from benchmarks.measures import Estimate
from benchmarks.related import histories_of
from orchestrator.batching.sureness import SURENESS, Sureness
from orchestrator.learning.fitting import Example
from orchestrator.learning.scoring import Guess, calibration_error
from rules.requests import Request

_FILE = click.Path(path_type=Path, dir_okay=False)
_LEAST = 5
#: Reports are done after so many days, but one in so many, which stays open.
_DONE_AFTER_DAYS, _STAYS_OPEN, _DONE_AT_ONCE = 3, 5, 200
_FITTED_ON = ("shop", 1)
#: Of the real issues one in so many is few.
_FEW = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """What people got of the problems that were found.

    `minutes_to_card`: domain time from a problem's first report to its first card, `minutes_from_fifth` from its
    fifth: median and 95th percentile. `cards`, `questions`: for each problem. `updates`: how often its card changed.
    `wrong_questions`: those that were not about a problem, of all that were `asked` about several reports;
    `percent_error`: the calibration error of how sure the card said that two of them are the same. `joined`: reports
    coupled without a question, by a yes that was said of those that come; `wrongly`: of these those that tell of
    another problem than the one in front.
    """

    minutes_to_card: tuple[float, float]
    minutes_from_fifth: tuple[float, float]
    cards: float
    questions: float
    updates: float
    wrong_questions: int
    asked: int
    percent_error: float
    joined: int
    wrongly: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that is measured on one stream. `milliseconds`: computing for each report, by kind of look, and by tenth."""

    reports: int
    problems: int
    ours: Grouping
    baselines: dict[str, Grouping]
    cosine_threshold: float
    messages: Messages
    milliseconds: dict[str, float]
    tenths: tuple[float, ...]


@click.command()
@click.option("--reports", default=20_000, show_default=True, help="How many reports come in.")
@click.option("--problems", default=60, show_default=True, help="How many problems are planted.")
@click.option("--seed", default=2, show_default=True, help="Another seed makes another stream.")
@click.option("--tongue", type=click.Choice(sorted(TONGUES)), default="town", show_default=True, help="Whose words.")
@click.option("--jira-jsonl", type=_FILE, help="Real issues among the other work; as in `related`.")
@click.option("--bugs-csv", type=_FILE, help="As in `related`.")
@click.option("--pairs-csv", type=_FILE, help="As in `related`.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def batches(tongue: str, as_json: bool, reports: int, problems: int, seed: int, **files: Any) -> None:
    """Measure how well bursts of reports are seen to be one problem, with the bot on its real store."""
    real = texts_of(histories_of(**files)) if any(files.values()) else []
    plan = Plan(reports=reports, problems=problems, seed=seed, real=real)
    measured = measure(stream(TONGUES[tongue], plan), lambda done: click.echo(done, err=True))
    click.echo(json.dumps(asdict(measured), indent=2) if as_json else as_table(measured))


@click.command("fit-batches")
@click.option("--reports", default=3_000, show_default=True, help="How many reports each stream has.")
@click.option("--problems", default=14, show_default=True, help="How many problems are planted in each.")
@click.option("--seed", default=1, show_default=True, help="The first stream's seed; the second's is one more.")
def fit_batches(reports: int, problems: int, seed: int) -> None:
    """Fit how likely a pair of a burst is one problem: on each tongue, tried on the other, and on both (to keep)."""
    told = {
        name: met_in(stream(tongue, Plan(reports=reports, problems=problems, seed=seed + place)))
        for place, (name, tongue) in enumerate(sorted(TONGUES.items()))
    }
    tables = {name: fit(crowds) for name, crowds in told.items()}
    tables["both"] = fit([one for crowds in told.values() for one in crowds])
    for fitted, table in tables.items():
        tried = ", ".join(f"on {name} {honesty(crowds, table):.3f}" for name, crowds in told.items())
        click.echo(f"fitted on {fitted}: {table}; calibration error {tried}")
    shipped = ", ".join(f"on {name} {honesty(crowds):.3f}" for name, crowds in told.items())
    click.echo(f"as shipped: calibration error {shipped}")


@click.command("fit-groups")
@click.option("--reports", default=2_000, show_default=True, help="How many reports each stream has.")
@click.option("--problems", default=9, show_default=True, help="How many problems are planted in each.")
@click.option("--seed", default=1, show_default=True, help="The first stream's seed; each other's is one more.")
@click.option("--jira-jsonl", type=_FILE, help="Real issues among the other work; as in `related`.")
@click.option("--bugs-csv", type=_FILE, help="As in `related`.")
@click.option("--pairs-csv", type=_FILE, help="As in `related`.")
def fit_groups(reports: int, problems: int, seed: int, **files: Any) -> None:
    """Fit how likely a group is one problem: on each tongue, tried on the other, and on both (to keep).

    With real issues there are three streams of each tongue: without any, with few of them, and with all.
    """
    real = texts_of(histories_of(**files)) if any(files.values()) else []
    seeds = count(seed)
    told: dict[str, list[Example]] = {}
    for name, tongue in sorted(TONGUES.items()):
        plans = [
            Plan(reports=reports, problems=problems, seed=next(seeds), real=some)
            for some in ([[], real[::_FEW], real] if real else [[]])
        ]
        told[name] = [one for plan in plans for one in batch_groups.groups_in(stream(tongue, plan))]
    for fitted, groups in {**told, "both": [one for each in told.values() for one in each]}.items():
        table = batch_groups.fit(groups)
        click.echo(f"fitted on {fitted}: {table}; {_off(told, table)}")
    click.echo(f"as shipped: {_off(told, SURENESS)}; the mean over the pairs: {_off(told, None)}")


def _off(told: Mapping[str, Sequence[Example]], table: Sureness | None) -> str:
    off = (f"on {name} {batch_groups.honesty(groups, table):.3f}" for name, groups in told.items())
    return "calibration error " + ", ".join(off)


def texts_of(histories: dict[str, History]) -> list[tuple[str, str]]:
    """Give the texts of real issues, of those that people linked only the earlier ones."""
    texts = []
    for past in histories.values():
        linked: set[str] = set()
        for one in past.reports:
            if one.key not in linked:
                texts.append((one.summary, one.description))
                linked |= {key for pair in past.verdicts.linked if one.key in pair for key in pair}
    return texts


def measure(told: Sequence[Report], say: Callable[[str], None] = lambda _: None) -> Measured:
    """Live through a stream with the bot, and group it in the plain ways beside; `say` is told how far it is."""
    problems: Problems = {one.id: one.problem for one in told}
    tongue, seed = _FITTED_ON
    fitting = stream(TONGUES[tongue], Plan(reports=min(2_000, len(told)), problems=10, seed=seed))
    threshold = best_threshold(fitting, {one.id: one.problem for one in fitting}, _LEAST)
    with yard(lambda asked: mostly(asked.items, problems) is not None) as bot:
        tenths = _live(bot, told, say)
        groups = [group for group in bot.batches() if len(group) >= _LEAST]
        return Measured(
            reports=len(told),
            problems=len({one for one in problems.values() if one is not None}),
            ours=grouping(groups, problems),
            baselines={
                "title": grouping(by_title(told, _LEAST), problems),
                "tfidf": grouping(by_cosine(told, _LEAST, [threshold])[threshold], problems),
            },
            cosine_threshold=threshold,
            messages=_messages(bot, told, groups, problems),
            milliseconds={name: round(1000 * spent / len(told), 1) for name, spent in sorted(bot.seconds.items())},
            tenths=tenths,
        )


def _live(bot: Yard, told: Sequence[Report], say: Callable[[str], None]) -> tuple[float, ...]:
    """Report all, finish most after some days, and give the milliseconds that each report took in each tenth."""
    spent, tenths, step, done = 0.0, [], max(1, len(told) // 10), 0
    for place, one in enumerate(told, 1):
        bot.report(one)
        over = [each.id for each in told[done:place] if (one.at - each.at).days >= _DONE_AFTER_DAYS]
        if len(over) >= _DONE_AT_ONCE:
            bot.finish([id_ for id_ in over if id_ % _STAYS_OPEN])
            done += len(over)
        if place % step == 0:
            now = sum(bot.seconds.values())
            tenths.append(round(1000 * (now - spent) / step, 1))
            spent = now
            say(f"{place:,} of {len(told):,} reports, {tenths[-1]} ms a report")
    bot.pass_by(hours=6)
    return tuple(tenths)


def _messages(bot: Yard, told: Sequence[Report], groups: Sequence[Sequence[int]], problems: Problems) -> Messages:
    found, cards, asked = found_problems(groups, problems), bot.posted(), bot.asked()
    times: dict[int, list[float]] = {}
    for one in told:
        if one.problem is not None:
            times.setdefault(one.problem, []).append(one.at.timestamp())
    first = {name: at for name in found if (at := _first(name, cards, problems)) is not None}
    together = [one for one in asked if len(one.items) > 2]
    about = [one for one in asked if mostly(one.items, problems) in found]
    shown = [one for one in cards if mostly(one.items, problems) in found]
    number, joined = max(1, len(found)), bot.joined()
    return Messages(
        minutes_to_card=_spread([(at - times[name][0]) / 60 for name, at in first.items()]),
        minutes_from_fifth=_spread([(at - times[name][_LEAST - 1]) / 60 for name, at in first.items()]),
        cards=round(len(shown) / number, 2),
        questions=round(len(about) / number, 2),
        updates=round(sum(bot.chat.updates.values()) / max(1, len(cards)), 2),
        wrong_questions=sum(mostly(one.items, problems) is None for one in together),
        asked=len(together),
        percent_error=round(calibration_error([guess for one in together for guess in _guesses(one, problems)]), 3),
        joined=len(joined),
        wrongly=sum(problems[one] is None or problems[one] != problems[front] for one, front in joined),
    )


def _guesses(asked: Request, problems: Problems) -> list[Guess]:
    """Give how sure a card was of any two of its reports, and which share of them is one problem."""
    couplings = [one.confidence for one in asked.couplings]
    said, right = sum(couplings) // max(1, len(couplings)), pairs_right(asked.items, problems)
    return [Guess(confidence=said, right=True, weight=right), Guess(confidence=said, right=False, weight=1 - right)]


def _first(name: int, cards: Sequence[Posted], problems: Problems) -> float | None:
    return min((one.at.timestamp() for one in cards if mostly(one.items, problems) == name), default=None)


def _spread(minutes: Sequence[float]) -> tuple[float, float]:
    late = sorted(minutes)
    return (round(median(late), 1), round(late[min(len(late) - 1, int(len(late) * 0.95))], 1)) if late else (0.0, 0.0)


def as_table(measured: Measured) -> str:
    """Give the results as lines of text."""
    rows = {"title": measured.baselines["title"], "tfidf": measured.baselines["tfidf"], "ours": measured.ours}
    told = measured.messages
    return "\n".join(
        (
            f"{measured.reports:,} reports, {measured.problems} problems; tfidf from {measured.cosine_threshold:.2f}",
            f"{'':8}{'precision':>22}{'recall':>22}{'found':>8}{'groups':>8}{'a problem':>11}",
            *(_row(name, one) for name, one in rows.items()),
            f"first card after {told.minutes_to_card[0]} min (p95 {told.minutes_to_card[1]})",
            f"  after the fifth report {told.minutes_from_fifth[0]} min (p95 {told.minutes_from_fifth[1]})",
            f"{told.cards} cards and {told.questions} questions a problem, {told.updates} changes a card",
            f"of {told.asked} questions about several reports {told.wrong_questions} were not about a problem;",
            f"  how sure the card said that two are the same was off by {told.percent_error} on average",
            f"{told.joined} reports joined without a question, {told.wrongly} of them wrongly",
            "milliseconds a report: " + ", ".join(f"{name} {spent}" for name, spent in measured.milliseconds.items()),
            "by tenths of the stream: " + ", ".join(map(str, measured.tenths)),
        )
    )


def _row(name: str, one: Grouping) -> str:
    shares = f"{_interval(one.precision):>22}{_interval(one.recall):>22}"
    return f"{name:8}{shares}{one.found:>8.2f}{one.groups:>8}{one.groups_per_problem:>11.2f}"


def _interval(value: Estimate) -> str:
    return f"{value.mean:.3f} [{value.low:.2f}, {value.high:.2f}]"
