"""`yardmaster models`: what the ranking of related issues learned, which version is in use, choosing another."""

import getpass

import click

from integrations.commands.root import Root
from integrations.learning import Learning
from integrations.store.answered import PostgresAnswers
from integrations.store.models import Chosen, PostgresModels
from orchestrator.learning import Act, Made, Standing
from orchestrator.learning.scoring import Scores
from orchestrator.learning.trial import Trial
from orchestrator.related import SHIPPED, Model
from orchestrator.related.features import PIECES, SHARES

_CHOICES = 20
_BIAS = "People were asked only about pairs that looked likely; of the others these figures say nothing."


@click.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """Show what was learned from people's answers; choose the version in use; learn now."""
    if context.invoked_subcommand is None:
        context.invoke(all_versions)


@models.command("list")
@click.pass_obj
def all_versions(root: Root) -> None:
    """List the versions with how they did on later answers, and who took which into use when."""
    with root.stored() as parts:
        standing, chosen = parts.models.standing(), parts.models.chosen(_CHOICES)
    for line in _listed(standing, chosen):
        click.echo(line)


@models.command()
@click.argument("version", required=False)
@click.pass_obj
def show(root: Root, version: str | None) -> None:
    """Show the card of a VERSION: what it learned from, its tables beside the defaults, how it did on later answers."""
    with root.stored() as parts:
        found = _known(parts.models, version or parts.models.active().version)
    for line in _card(found) if found else _tables(SHIPPED):
        click.echo(line)


@models.command()
@click.argument("version")
@click.option("--why", required=True, help="The reason, for the record.")
@click.option("--by", default=getpass.getuser, show_default="the user of this machine", help="Who does it.")
@click.option("--stay", is_flag=True, help="Learning does not change it any more, until a version is chosen without.")
@click.pass_obj
def use(root: Root, version: str, why: str, by: str, stay: bool) -> None:
    """Take a VERSION into use in all workers, within ten seconds."""
    with root.stored() as parts:
        found = _known(parts.models, version)
        if found is not None and found.base != SHIPPED.version:
            raise click.ClickException(f"{version} started from {found.base}, but this program ships {SHIPPED.version}")
        parts.models.use(Chosen(version=version, at=parts.clock.now(), by=by, why=why, stays=stay))
    click.echo(f"The model {version} is in use.")


@models.command()
@click.option("--by", default=getpass.getuser, show_default="the user of this machine", help="Who does it.")
@click.pass_obj
def learn(root: Root, by: str) -> None:
    """Learn now from the answers so far; each worker's schedule does it every six hours."""
    with root.stored() as parts:
        answers = PostgresAnswers(parts.database)
        learning = Learning(answers=answers, models=parts.models, rulebook=parts.rulebook, clock=parts.clock)
        found = learning.learn(by)
        used = parts.models.active().version
    made = f"; made {found.made.version}" if found.made else ""
    told = {Act.WAIT: "Nothing learned yet", Act.KEEP: "Nothing changes", Act.USE: "Learned", Act.GO_BACK: "Went back"}
    click.echo(f"{told[found.act]}: {found.why}{made}. The model {used} is in use.")


def _known(kept: PostgresModels, version: str) -> Made | None:
    """Give a version that was learned, None for the shipped one; refuses any other."""
    found = kept.version(version)
    if found is None and version != SHIPPED.version:
        raise click.ClickException(f"there is no model {version!r}; `yardmaster models` lists them")
    return found


def _listed(standing: Standing, chosen: tuple[Chosen, ...]) -> list[str]:
    used = standing.active.version if standing.active else SHIPPED.version
    rows = [f"{'*' if used == SHIPPED.version else ' '} {SHIPPED.version:14} as shipped"]
    for one in standing.made:
        trial = one.card.confidence
        told = f", log loss {_pair(trial, 'log_loss')}, calibration error {_pair(trial, 'calibration_error')}"
        learned = " and ".join(one.card.learned)
        rows.append(
            f"{'*' if used == one.version else ' '} {one.version:14} {one.made_at:%Y-%m-%d %H:%M} UTC, {learned} "
            f"from {one.card.answers} answers{told if trial else ''}"
        )
    acts = [f"{one.at:%Y-%m-%d %H:%M} UTC  {one.version}  {one.by}: {one.why}{_stays(one)}" for one in chosen]
    return [*rows, *(["", *acts] if acts else [])]


def _stays(one: Chosen) -> str:
    return " (stays)" if one.stays else ""


def _card(made: Made) -> list[str]:
    card, learned = made.card, " and ".join(made.card.learned)
    said = f"{card.confirmed} pairs confirmed, {card.rejected} rejected or taken back"
    return [
        f"{made.version}, made {made.made_at:%Y-%m-%d %H:%M} UTC from {made.base}: {learned} learned",
        f"from {card.answers} answers, {card.since:%Y-%m-%d} to {card.until:%Y-%m-%d}: {said}",
        *_trial("confidence", card.confidence),
        *_trial("ranking", card.ranking),
        _BIAS,
        *_tables(made.model),
    ]


def _trial(name: str, trial: Trial | None) -> list[str]:
    if trial is None:
        return []
    told = ", ".join(f"{word} {_pair(trial, field)}" for word, field in _SCORES)
    return [f"{name}, tried on {trial.answers} later answers, defaults -> learned: {told}"]


_SCORES = (("log loss", "log_loss"), ("Brier", "brier"), ("calibration error", "calibration_error"))


def _pair(trial: Trial | None, field: str) -> str:
    return "" if trial is None else f"{_score(trial.before, field)} -> {_score(trial.after, field)}"


def _score(scores: Scores, field: str) -> str:
    return f"{getattr(scores, field) / 10_000:.3f}"


def _tables(model: Model) -> list[str]:
    """The tables of a model, each number beside the shipped one."""
    sure = ("constant", *SHARES)
    return [
        f"confidence, defaults in brackets: {_numbers(model.table, SHIPPED.table, sure)}",
        f"ranking, defaults in brackets: {_numbers(model.weights, SHIPPED.weights, PIECES)}",
    ]


def _numbers(ours: object, defaults: object, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {getattr(ours, name):.2f} ({getattr(defaults, name):.2f})" for name in names)
