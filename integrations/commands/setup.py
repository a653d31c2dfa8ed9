"""`yardmaster setup`: leads from nothing to the first look; what is done already is checked and left as it is."""

from dataclasses import replace
from typing import Any

import click

from integrations.commands.backfill import backfill
from integrations.commands.own_database import borrowed_database
from integrations.commands.root import Root
from integrations.setup.desk import Desk, Refused
from integrations.setup.env_file import EnvFile, EnvFileError
from integrations.setup.journey import Journey
from orchestrator.ports import GatewayError
from rules.loader import RulesError

_GOES_ON = "what is done is kept, and `yardmaster setup` goes on from here"


@click.command()
@click.option("--jira-url", metavar="URL", help="Address of the Jira site.")
@click.option("--jira-email", metavar="ADDRESS", help="Address of the bot's account in Jira.")
@click.option("--slack", type=click.Choice(["socket", "http"]), help="How Slack reaches the bot.")
@click.option("--url", metavar="URL", help="Public address of this installation; empty if Jira cannot reach it.")
@click.option("--project", metavar="KEY", help="The first project; its rules are written even if there are some.")
@click.option("--channel", metavar="NAME", help="The channel to ask in.")
@click.option("--link-type", metavar="NAME", help="Link type from an issue to the one that it repeats.")
@click.option("--close-as", metavar="STATUS", help="How such an issue ends; `none` never closes it.")
@click.option("--resolution", metavar="NAME", help="The resolution that it gets then.")
@click.option("--decider", metavar="ADDRESS[=ACCOUNT]", multiple=True, help="Who decides, perhaps with Jira account.")
@click.option("--overwrite", is_flag=True, help="Write the rules of --project anew, whatever they say.")
@click.option("--backfill/--no-backfill", "reads", default=None, help="Whether to read now what Jira holds.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is usual, and end where something is missing.")
@click.pass_obj
def setup(root: Root, /, yes: bool, reads: bool | None, decider: tuple[str, ...], **chosen: Any) -> None:
    """Connect Jira and Slack and write the first rules, step by step; may be run again.

    Secrets are typed unseen, or taken from the environment: JIRA_API_TOKEN, SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or
    SLACK_SIGNING_SECRET.
    """
    options = {name.replace("_", "-"): str(value) for name, value in chosen.items() if value not in {None, False}}
    options |= {"decider": ",".join(decider)} if decider else {}
    desk = Desk(given=options, asks=not yes)
    journey = Journey(desk=desk, env=EnvFile(path=root.dotenv), environ=root.environ, packs=root.packs)
    try:
        journey.connect()
        journey.write_rules()
        journey.call_the_roll()
        _read_history(root, desk, reads)
    except (EnvFileError, Refused, GatewayError, RulesError) as error:
        raise click.ClickException(f"{error}\n({_GOES_ON})") from error
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"\nStopped: {_GOES_ON}.", err=True)
        raise SystemExit(130) from None
    desk.say("\nDone. `yardmaster run` starts it; report an issue that repeats a known one, and look into Slack.")
    desk.say("`yardmaster doctor` tells what still keeps it from working.")


def _read_history(root: Root, desk: Desk, reads: bool | None) -> None:
    desk.say("\n6. What Jira holds already")
    question = "Read it now? Without it nothing is known that could be repeated; `yardmaster run` reads it too"
    if not (desk.agreed(question, usual=True) if reads is None else reads):
        return
    settings = root.settings()
    environ = dict(root.environ)
    if settings.database_url is not None:
        backfill.main([], obj=replace(root, environ=environ), standalone_mode=False)
        return
    with borrowed_database(settings) as url:
        environ["YARDMASTER_DATABASE_URL"] = url
        backfill.main([], obj=replace(root, environ=environ), standalone_mode=False)
