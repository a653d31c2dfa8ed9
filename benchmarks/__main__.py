"""The command line of the benchmarks: `python -m benchmarks NAME --help`. It measures nothing itself."""

import click

from benchmarks.backfill import backfill
from benchmarks.batches import batches, fit_batches, fit_groups
from benchmarks.clocks import clocks
from benchmarks.forecasting.command import sla
from benchmarks.forecasting.dated import due
from benchmarks.forecasting.late import late
from benchmarks.forecasting.overload import overload
from benchmarks.forecasting.running import running
from benchmarks.forecasting.sprints import sprints
from benchmarks.front_door import front_door
from benchmarks.index import index
from benchmarks.learning import learning
from benchmarks.ledger import ledger
from benchmarks.people.assigning import matching
from benchmarks.people.command import people
from benchmarks.pipeline import pipeline
from benchmarks.queues import queue
from benchmarks.related import fit_confidence, fit_ranking, related
from benchmarks.reminders import reminders
from benchmarks.rules import rules
from benchmarks.sandbox import sandbox
from benchmarks.start import start
from benchmarks.vectors import vectors


@click.group()
def main() -> None:
    """Measure decisions on real data and speed, each against plain baselines in the same run."""


main.add_command(front_door)
main.add_command(pipeline)
main.add_command(start)
main.add_command(rules)
main.add_command(reminders)
main.add_command(ledger)
main.add_command(related)
main.add_command(fit_confidence)
main.add_command(fit_ranking)
main.add_command(learning)
main.add_command(index)
main.add_command(vectors)
main.add_command(batches)
main.add_command(fit_batches)
main.add_command(fit_groups)
main.add_command(backfill)
main.add_command(queue)
main.add_command(people)
main.add_command(matching)
main.add_command(clocks)
main.add_command(sla)
main.add_command(running)
main.add_command(due)
main.add_command(late)
main.add_command(sprints)
main.add_command(overload)
main.add_command(sandbox)

if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
