"""`yardmaster people`: who is joined across the rules, Jira and Slack, who is not, and what would join them."""

import json

import click

from integrations.commands.root import Root
from integrations.console.plain import visible
from integrations.directory.roll import Entry, roll
from integrations.store.rulebook import NoRules
from orchestrator.ports import GatewayError


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--missing", is_flag=True, help="Only those who are not joined.")
@click.pass_obj
def people(root: Root, as_json: bool, missing: bool) -> None:
    """Show who is joined across the rules, Jira and Slack, and who is not.

    It says what would join them. Beside those whom the rules name it looks at Jira accounts that open issues are
    assigned to, and at the people in the channels of the rules.
    """
    parts = root.connected()
    try:
        found = list(roll(parts.rulebook.active(), parts.directory, parts.chat, parts.items.owners()))
    except NoRules as error:
        raise click.ClickException("no rules are in force yet: start `yardmaster run` or `yardmaster door`") from error
    except GatewayError as error:
        raise click.ClickException(str(error)) from error
    finally:
        parts.database.dispose()
    for one in found:
        if not (missing and one.state == "joined"):
            click.echo(json.dumps(one.plain()) if as_json else _line(one))
    if not as_json:
        joined = sum(one.state == "joined" for one in found)
        click.echo(f"\njoined: {joined}, not joined: {len(found) - joined}")


def _line(one: Entry) -> str:
    issues = f", open issues: {one.open_items}" if one.open_items else ""
    named = f"{one.id} ({one.name})" if one.name else one.id
    fix = f"\n{'':<12}-> {visible(one.fix)}" if one.fix else ""
    return f"{one.state:<12}{visible(named)}{issues}{fix}"
