"""The composition root and command line: the only place that reads the environment. Nothing imports it.

A command's module is imported when the command is called, so that the others cost nothing.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Final

import click

HERE = Path(__file__).resolve().parent
PACKS = HERE / "rules" / "packs"
SANDBOX_RULES = HERE / "sandbox" / "seeds" / "rules"
#: The first sentence of each command's own help, in the order of use.
COMMANDS: Final = {
    "manifest": "Print the manifest from which the Slack app is made.",
    "setup": "Connect Jira and Slack and write the first rules, step by step; may be run again.",
    "doctor": "Check settings, accounts, permissions, rules and database; print the fix of each fault.",
    "run": "Run everything on this machine; without credentials, with the local sandbox.",
    "door": "Take in what Jira and Slack send; any number of these may run.",
    "worker": "Look at what came in, ask and act; any number of these may run.",
    "backfill": "Learn what Jira holds already, or what changed since the last time; may be interrupted.",
    "baseline": "Show how work went before, as the first backfill froze it.",
    "rules": "Check, test, compare, explain and activate rules; show their JSON Schema.",
    "sla": "Explain the SLA clocks of an issue; find what is doubtful about those that rules declare.",
    "people": "Show who is joined across the rules, Jira and Slack, and who is not.",
    "intake": "Show the events that wait, failed or are buried; `put-back` has a buried one handled after all.",
    "backup": "Keep the whole database in a file; everything may go on running meanwhile.",
    "restore": "Put back what a backup holds, into an empty database, with all work stopped.",
    "models": "Show what was learned from answers and promises; choose the version in use; learn now.",
    "ledger": "Verify the record of everything that was seen, decided and done.",
}


class Commands(click.Group):
    """The commands, each found in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"integrations.commands.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yardmaster", prog_name="yardmaster")
@click.pass_context
def main(context: click.Context) -> None:
    """Yardmaster: sees how work in Jira and Slack hangs together, and asks before it acts."""
    root = import_module("integrations.commands.root")
    context.obj = root.Root(
        environ=os.environ,
        dotenv=Path(".env"),
        program=Path(__file__).resolve(),
        packs=PACKS,
        sandbox_rules=SANDBOX_RULES,
        manifest=HERE / "manifest.yml",
    )


if __name__ == "__main__":
    main()
