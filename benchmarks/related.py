"""The commands that measure the finding of related issues and fit its confidence. They read and print."""

import json
from pathlib import Path

import click

from benchmarks.asking import asked, examples_of, judged_guesses, measure
from benchmarks.bug_tables import read_bugs
from benchmarks.fitting import fit
from benchmarks.history import History, UnusableData, answers
from benchmarks.jira_export import read_jira
from benchmarks.meaning import encoded
from benchmarks.ranking_fit import choices, learn, tried
from benchmarks.replay import Look, looks
from benchmarks.tables import as_data, as_table, asking, in_a_line
from benchmarks.truth import Truth
from integrations.meaning.encoder import Encoder, EncoderUnusable, open_encoder
from orchestrator.learning.scoring import calibration_error
from orchestrator.related.confidence import Coefficients

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option(
    "--jira-jsonl", type=_FILE, help="Raw Jira REST payloads with changelog, one a line; .jsonl or .jsonl.xz."
)
@click.option("--bugs-csv", type=_FILE, help="A table of bugs: id, summary, description, created.")
@click.option("--pairs-csv", type=_FILE, help="The table of duplicate pairs that goes with --bugs-csv.")
@click.option("--embeddings", help="Heed the meaning too: minilm, or the folder of a model.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def related(
    jira_jsonl: Path | None, bugs_csv: Path | None, pairs_csv: Path | None, embeddings: str | None, as_json: bool
) -> None:
    """Measure how well known issues are found that a new one repeats."""
    histories = histories_of(jira_jsonl, bugs_csv, pairs_csv, embeddings)
    if len(histories) > 1:
        raise click.UsageError("one data set at a time: --jira-jsonl, or --bugs-csv with --pairs-csv")
    for name, past in histories.items():
        if not answers(past, past.verdicts.linked):
            raise UnusableData(f"{name}: no issue of it is linked with an earlier one of it, so nothing can be asked")
        results = measure(past)
        click.echo(json.dumps(as_data(results), indent=2) if as_json else as_table(name, results))


@click.command("fit-confidence")
@click.option("--jira-jsonl", type=_FILE, help="As in `related`.")
@click.option("--bugs-csv", type=_FILE, help="As in `related`.")
@click.option("--pairs-csv", type=_FILE, help="As in `related`.")
@click.option("--embeddings", help="As in `related`.")
def fit_confidence(
    jira_jsonl: Path | None, bugs_csv: Path | None, pairs_csv: Path | None, embeddings: str | None
) -> None:
    """Fit the table of the confidence: on each data set, tried on each, and on all together (the one to keep)."""
    histories = histories_of(jira_jsonl, bugs_csv, pairs_csv, embeddings)
    found = {name: [look for look in looks(past) if look.matches] for name, past in histories.items()}
    examples = {name: examples_of(past, found[name]) for name, past in histories.items()}
    together = [example for each in examples.values() for example in each]
    tables = {name: fit(each) for name, each in examples.items()} | {"all": fit(together)}
    for fitted, table in tables.items():
        click.echo(f"fitted on {fitted}: {table}")
        for name, past in histories.items():
            click.echo(f"  on {name}: {_calibration(past, found[name], table)}")


@click.command("fit-ranking")
@click.option("--jira-jsonl", type=_FILE, help="As in `related`.")
@click.option("--bugs-csv", type=_FILE, help="As in `related`.")
@click.option("--pairs-csv", type=_FILE, help="As in `related`.")
@click.option("--embeddings", help="As in `related`.")
def fit_ranking(jira_jsonl: Path | None, bugs_csv: Path | None, pairs_csv: Path | None, embeddings: str | None) -> None:
    """Learn the weights of the ranking: on each data set, tried on each, and on all together (the table to keep).

    A set is tried on itself by time: its earlier half teaches, its later half is asked.
    """
    histories = histories_of(jira_jsonl, bugs_csv, pairs_csv, embeddings)
    asked = {name: choices(past) for name, past in histories.items()}
    for name, teaching in asked.items():
        half, learnt = len(teaching) // 2, learn([teaching])
        click.echo(f"learnt on {name}: {learnt}")
        later = tried(teaching[half:], learn([teaching[:half]]))
        click.echo(f"  its earlier half, tried on its later half: {in_a_line(later)}")
        for other in asked.keys() - {name}:
            click.echo(f"  tried on {other}: {in_a_line(tried(asked[other], learnt))}")
    together = learn(list(asked.values()))
    click.echo(f"learnt on all: {together}")
    for name, each in asked.items():
        shipped = tried(each, histories[name].defaults.weights)
        click.echo(f"  on {name}: {in_a_line(tried(each, together))}; as shipped: {in_a_line(shipped)}")


def _calibration(past: History, found: list[Look], table: Coefficients) -> str:
    truth = Truth(past)
    ece = calibration_error(judged_guesses(found, truth, table))
    return f"calibration error, judged {ece:.3f}; {asking(asked(past, found, truth, table))}"


def histories_of(
    jira_jsonl: Path | None, bugs_csv: Path | None, pairs_csv: Path | None, embeddings: str | None = None
) -> dict[str, History]:
    """Give the histories by file name, encoded where a model is named; a click error says what is lacking."""
    if bool(bugs_csv) != bool(pairs_csv):
        raise click.UsageError("--bugs-csv and --pairs-csv belong together")
    histories: dict[str, History] = {}
    if jira_jsonl:
        histories[jira_jsonl.name] = read_jira(jira_jsonl)
    if bugs_csv and pairs_csv:
        histories[bugs_csv.name] = read_bugs(bugs_csv, pairs_csv)
    if not histories:
        raise click.UsageError("the benchmark lacks data: give --jira-jsonl, or --bugs-csv with --pairs-csv")
    return {name: encoded(past, _encoder(embeddings)) for name, past in histories.items()} if embeddings else histories


def _encoder(embeddings: str) -> Encoder:
    try:
        return open_encoder(embeddings)
    except EncoderUnusable as error:
        raise UnusableData(str(error)) from error
