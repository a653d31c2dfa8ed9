"""The command that measures who is found to take an item. It reads and prints."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks.history import UnusableData
from benchmarks.people.assignees import read_assignees
from benchmarks.people.cases import Split
from benchmarks.people.incidents import read_incidents
from benchmarks.people.results import as_data, as_table, measure
from benchmarks.people.tickets import read_tickets

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--train", type=_FILE, help="An event log of incidents with their groups, .csv or .csv.xz.")
@click.option("--test", type=_FILE, help="A later one to be asked about; without, --train is cut by time.")
@click.option("--cut", type=click.DateTime(["%Y-%m-%d"]), help="Where --train is cut.")
@click.option("--tickets", type=_FILE, help="Tickets with text and group, .csv, .csv.xz or .tar.xz.")
@click.option("--jira-jsonl", type=_FILE, help="Raw Jira payloads with changelog, one a line; .jsonl or .jsonl.xz.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def people(
    train: Path | None,
    test: Path | None,
    cut: datetime | None,
    tickets: Path | None,
    jira_jsonl: Path | None,
    as_json: bool,
) -> None:
    """Measure how well it is foretold which group or person takes an item."""
    for path in (train, test, tickets, jira_jsonl):
        if path and not path.is_file():
            raise UnusableData(f"the benchmark lacks its data: there is no file {path}")
    if sum(path is not None for path in (train, tickets, jira_jsonl)) != 1:
        raise click.UsageError("one data set at a time: --train (with --test), --tickets, or --jira-jsonl")
    if train is None and (test is not None or cut is not None):
        raise click.UsageError("--test and --cut belong to --train")
    try:
        split = _split(train, test, cut.replace(tzinfo=UTC) if cut else None, tickets or jira_jsonl, bool(tickets))
    except UnicodeDecodeError as wrong:
        raise UnusableData(str(wrong)) from wrong
    results = measure(split)
    click.echo(json.dumps(as_data(results), indent=2) if as_json else as_table(results))


def _split(
    train: Path | None, test: Path | None, cut: datetime | None, other: Path | None, holds_tickets: bool
) -> Split:
    if train is not None:
        return read_incidents(train, test, cut)
    if other is None:
        raise UnusableData("there is nothing to read")
    return read_tickets(other) if holds_tickets else read_assignees(other)
