"""`yardmaster models`: what the ranking of related issues and forecasts learned, which version is in use; choosing."""

import getpass
import time

import click

from integrations.commands import forecast_cards
from integrations.commands.root import Root
from integrations.foretelling_lessons import ForetellingLessons, mark_of
from integrations.learning import Learning
from integrations.parts import Parts
from integrations.store.answered import PostgresAnswers
from integrations.store.forecast_models import PostgresForecastModels
from integrations.store.models import Chosen, PostgresModels
from orchestrator.forecast.foretold import DAYS_ONE
from orchestrator.learning import Act, Made, Standing
from orchestrator.learning.scoring import Scores
from orchestrator.learning.trial import Trial
from orchestrator.related import DEFAULTS, SHIPPED, Model
from orchestrator.related.features import PIECES, SHARES

_CHOICES = 20
_SHIPPED = {one.version: one for one in DEFAULTS}
_TOLD = {Act.WAIT: "nothing learned yet", Act.KEEP: "nothing changes", Act.USE: "learned", Act.GO_BACK: "went back"}
_BIAS = "People were asked only about pairs that looked likely; of the others these figures say nothing."


@click.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """Show what was learned from answers and promises; choose the version in use; learn now."""
    if context.invoked_subcommand is None:
        context.invoke(all_versions)


@models.command("list")
@click.pass_obj
def all_versions(root: Root) -> None:
    """List the versions with how they did on later answers, and who took which into use when."""
    with root.stored() as parts:
        standings = [parts.models.standing(defaults) for defaults in DEFAULTS]
        chosen = parts.models.chosen(_CHOICES)
        forecasts = _forecasts(parts)
        made = forecasts.made()
        lines = [line for base in DAYS_ONE for line in forecast_cards.listed(base, made, forecasts.active(base))]
        lines += _chosen(chosen)
        for base in DAYS_ONE:
            lines += forecast_cards.last_lesson(base, parts.progress.read(mark_of(base)))
    for line in [*(line for one in standings for line in _listed(one)), *lines]:
        click.echo(line)


@models.command()
@click.argument("version", required=False)
@click.pass_obj
def show(root: Root, version: str | None) -> None:
    """Show the card of a VERSION: what it learned from, its tables beside the defaults, how it did on later answers."""
    with root.stored() as parts:
        taught = _forecasts(parts).version(version) if version else None
        if taught is not None:
            for line in forecast_cards.card(taught):
                click.echo(line)
            return
        found = _known(parts.models, version or parts.models.active().version)
        shown = found.model if found else _SHIPPED[version or SHIPPED.version]
    for line in [*(_card(found) if found else []), *_tables(shown, _SHIPPED[found.base if found else shown.version])]:
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
        forecast = version in DAYS_ONE or _forecasts(parts).version(version) is not None
        found = None if forecast else _known(parts.models, version)
        if found is not None and found.base not in _SHIPPED:
            raise click.ClickException(f"{version} started from {found.base}, which is not shipped any more")
        parts.models.use(Chosen(version=version, at=parts.clock.now(), by=by, why=why, stays=stay))
    click.echo(f"The model {version} is in use.")


@models.command()
@click.option("--by", default=getpass.getuser, show_default="the user of this machine", help="Who does it.")
@click.pass_obj
def learn(root: Root, by: str) -> None:
    """Learn now from the answers and promises so far; the workers' schedule does it every six hours."""
    with root.stored() as parts:
        answers = PostgresAnswers(parts.database)
        learning = Learning(answers=answers, models=parts.models, rulebook=parts.rulebook, clock=parts.clock)
        for defaults in DEFAULTS:
            found = learning.learn(defaults, by)
            made = f"; made {found.made.version}" if found.made else ""
            click.echo(f"{defaults.version}: {_TOLD[found.act]}: {found.why}{made}")
        lessons = ForetellingLessons(
            items=parts.items,
            models=_forecasts(parts),
            choices=parts.models,
            rulebook=parts.rulebook,
            clock=parts.clock,
            marks=parts.progress,
        )
        for base, taught in lessons.learn(by).items():
            came = f"; made {taught.made.version}" if taught.made else ""
            click.echo(f"{base}: {_TOLD[taught.act]}: {taught.why}{came}")


def _forecasts(parts: Parts) -> PostgresForecastModels:
    return PostgresForecastModels(parts.database, parts.models, time.monotonic)


def _known(kept: PostgresModels, version: str) -> Made | None:
    """Give a version that was learned, None for the shipped one; refuses any other."""
    found = kept.version(version)
    if found is None and version not in _SHIPPED:
        raise click.ClickException(f"there is no model {version!r}; `yardmaster models` lists them")
    return found


def _listed(standing: Standing) -> list[str]:
    shipped = standing.defaults.version
    used = standing.active.version if standing.active else shipped
    rows = [f"{'*' if used == shipped else ' '} {shipped:18} as shipped"]
    for one in standing.made:
        trial = one.card.confidence
        told = f", log loss {_pair(trial, 'log_loss')}, calibration error {_pair(trial, 'calibration_error')}"
        learned = " and ".join(one.card.learned)
        rows.append(
            f"{'*' if used == one.version else ' '} {one.version:18} {one.card.made_at:%Y-%m-%d %H:%M} UTC, {learned} "
            f"from {one.card.answers} answers{told if trial else ''}"
        )
    return rows


def _chosen(chosen: tuple[Chosen, ...]) -> list[str]:
    acts = [
        f"{one.at:%Y-%m-%d %H:%M} UTC  {one.version}  {one.by}: {one.why}{' (stays)' if one.stays else ''}"
        for one in chosen
    ]
    return ["", *acts] if acts else []


def _card(made: Made) -> list[str]:
    card, learned = made.card, " and ".join(made.card.learned)
    said = f"{card.confirmed} pairs confirmed, {card.rejected} rejected or taken back"
    return [
        f"{made.version}, made {card.made_at:%Y-%m-%d %H:%M} UTC from {made.base}: {learned} learned",
        f"from {card.answers} answers, {card.since:%Y-%m-%d} to {card.until:%Y-%m-%d}: {said}",
        *_trial("confidence", card.confidence),
        *_trial("ranking", card.ranking),
        _BIAS,
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


def _tables(model: Model, shipped: Model) -> list[str]:
    """The tables of a model, each number beside the shipped one that it started from."""
    sure = ("constant", *SHARES)
    return [
        f"confidence, defaults in brackets: {_numbers(model.table, shipped.table, sure)}",
        f"ranking, defaults in brackets: {_numbers(model.weights, shipped.weights, PIECES)}",
    ]


def _numbers(ours: object, defaults: object, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {getattr(ours, name):.2f} ({getattr(defaults, name):.2f})" for name in names)
