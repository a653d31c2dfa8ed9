"""`yardmaster run`: everything on this machine, with the accounts that are set or with the local sandbox."""

import secrets
import socket
import sys
import threading
from collections.abc import Mapping

import click

from integrations import local_sandbox, logs, rules_files
from integrations.commands.ending import on_signal
from integrations.commands.own_database import own_database
from integrations.commands.root import Root, check_meanings
from integrations.parts import given
from integrations.settings import Settings
from integrations.store import migrate
from integrations.supervisor import Program, Supervisor
from rules.loader import RulesError


@click.command()
@click.option("--import", "imported", type=click.Path(exists=True, dir_okay=False), help="Raw Jira REST payloads.")
@click.option("--page-port", default=8800, show_default=True, help="Port of the sandbox's page; 0 chooses a free one.")
@click.option("--jira-port", default=8810, show_default=True, help="Port of the sandbox's Jira.")
@click.option("--slack-port", default=8820, show_default=True, help="Port of the sandbox's Slack.")
@click.pass_obj
def run(root: Root, /, imported: str | None, **ports: int) -> None:
    """Run everything on this machine; without credentials, with the local sandbox."""
    settings = root.settings()
    stop = threading.Event()
    on_signal(stop.set)
    if settings.jira_is_set and settings.slack_is_set:
        if imported:
            raise click.ClickException("--import is for the sandbox, but your own Jira is set")
        _with_accounts(root, settings, stop)
    elif settings.jira_is_set or settings.slack_is_set:
        raise click.ClickException("set both Jira and Slack, or neither to use the sandbox")
    else:
        _with_sandbox(root, settings, imported, ports, stop)


def _check_port(settings: Settings) -> None:
    """Refuse before anything is sent to the door's port, where somebody else may listen."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        there = f"{settings.host}:{settings.port}"
        raise click.ClickException(
            f"cannot listen on {there} ({error.strerror}): stop what has it, or set YARDMASTER_PORT"
        ) from error


def _with_accounts(root: Root, settings: Settings, stop: threading.Event) -> None:
    _check_port(settings)
    logs.to_terminal(settings.log_level, settings.log_format, "run")
    programs = ("door", "worker", "backfill")
    if settings.database_url:
        _keep(root, _prepared(root, {}), programs, stop)
        return
    with own_database(settings) as url:
        _keep(root, _prepared(root, {"YARDMASTER_DATABASE_URL": url}), programs, stop)


def _with_sandbox(
    root: Root, settings: Settings, imported: str | None, ports: Mapping[str, int], stop: threading.Event
) -> None:
    _check_port(settings)
    logs.to_terminal("WARNING", settings.log_format, "run")
    token, secret = "sandbox", secrets.token_urlsafe(24)
    here = f"http://{settings.host}:{settings.port}"
    arguments = ["--webhook-url", f"{here}/jira/webhook", "--webhook-secret", secret, "--bot", here]
    arguments += [f"--{name.replace('_', '-')}={port}" for name, port in ports.items()]
    arguments += ["--bot-token", token, *(["--import", imported, "--replay-all"] if imported else ["--story", "0"])]
    click.echo("Starting a local Jira and Slack, a database, the door and a worker (Ctrl-C stops everything) ...")
    with own_database(settings, sandbox=True) as url:
        try:
            found = local_sandbox.start(arguments, click.echo)
        except local_sandbox.SandboxFailed as error:
            raise click.ClickException(str(error)) from error
        try:
            rules = str(settings.rules_path or root.sandbox_rules)
            root.environ.setdefault("YARDMASTER_LOG_LEVEL", "WARNING")  # the story is told by the sandbox
            more = {"YARDMASTER_API_TOKEN": token, "YARDMASTER_DATABASE_URL": url, "YARDMASTER_RULES": rules}
            settings = _prepared(root, found.settings(secret, here) | more)
            parts = root.parts(settings)
            learned = parts.backfill(parts.rulebook.active()).run()
            click.echo(f"Yardmaster has read the {learned.issues} issues that Jira held. The page: {found.page}")
            _keep(root, settings, ("door", "worker"), stop)
        finally:
            found.stop()


def _prepared(root: Root, environ: Mapping[str, str]) -> Settings:
    """Put the settings that are found only now where our processes read them; bring database and rules up to date."""
    root.environ.update(environ)
    if root.settings().api_token is None:
        root.environ["YARDMASTER_API_TOKEN"] = secrets.token_urlsafe(24)
    prepared = root.settings()
    parts = root.parts(prepared)
    migrate.upgrade(given(prepared.database_url))
    check_meanings(parts)
    try:
        parts.rulebook.publish(rules_files.read(root.packs, prepared.rules_path), parts.clock)
    except RulesError as error:
        raise click.ClickException(f"the rules hold mistakes:\n{error}") from error
    return prepared


def _keep(root: Root, settings: Settings, commands: tuple[str, ...], stop: threading.Event) -> None:
    """Run a door, workers and what else is named, until told to stop."""
    names = [name for name in commands for _ in range(settings.workers if name == "worker" else 1)]
    programs = [
        Program(
            name=name,
            command=[sys.executable, str(root.program), name, "--kept"],
            environ=root.environ,
            once=name == "backfill",
        )
        for name in names
    ]
    Supervisor(programs=programs, stop=stop).run()
