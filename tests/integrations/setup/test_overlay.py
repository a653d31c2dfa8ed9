"""The first rules as a file: small, good, and everybody under an id of their own."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import app
from integrations import rules_files
from integrations.setup.deciders import namesake
from integrations.setup.overlay import Choices, Named, overlay, people_lines
from integrations.setup.site import Account
from rules.loader import load

PACKS = rules_files.texts(app.PACKS)
SHIPPED = load(PACKS)
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=40)
ACCOUNTS = st.text("0123456789abcdef:-", min_size=1, max_size=30)


@st.composite
def choices(draw: st.DrawFn) -> Choices:
    accounts = draw(st.lists(ACCOUNTS, min_size=1, max_size=5, unique=True))
    deciders = [Named(name=draw(WORDS), jira=one, slack=f"U{n}") for n, one in enumerate(accounts)]
    return Choices(
        project=draw(st.from_regex(r"[A-Z][A-Z0-9_]{1,9}", fullmatch=True)),
        channel=f"#{draw(WORDS)}",
        link_type=draw(WORDS),
        statuses=tuple(draw(st.lists(WORDS, max_size=2))),
        resolution=draw(WORDS),
        deciders=tuple(deciders),
    )


@settings(max_examples=25)
@given(choices())
def test_whatever_a_jira_calls_things_the_rules_say_it(chosen: Choices) -> None:
    rules = load([*PACKS, ("first.yml", overlay(chosen, SHIPPED))])

    workflow, close = rules.workflows["duplicates"], rules.workflows["duplicates"].close_as
    assert (workflow.channel, workflow.link_type) == (chosen.channel, chosen.link_type)
    assert (close.statuses, close.resolution) == (chosen.statuses, chosen.resolution)
    assert rules.limits.projects == (chosen.project,)
    assert [(one.name, one.jira, one.slack) for one in rules.people.values()] == [
        (one.name, one.jira, one.slack) for one in chosen.deciders
    ]
    assert {one.roles for one in rules.people.values()} == {("triager", "operator")}


def test_what_is_as_it_ships_is_not_written() -> None:
    mika = Named(name="Mika", jira="1", slack="U1")
    shipped = SHIPPED.workflows["duplicates"]
    chosen = Choices(
        project="PAY",
        channel="#yard",
        link_type=shipped.link_type,
        statuses=("Closed",),
        resolution=shipped.close_as.resolution,
        deciders=(mika,),
    )

    text = overlay(chosen, SHIPPED)

    assert "link_type" not in text
    assert "resolution" not in text


def test_those_who_are_only_linked_hold_no_role() -> None:
    twins = [Named(name="Ada", jira="1", slack="U1"), Named(name="ada", jira="2", slack="U2")]

    found = load([*PACKS, ("people.yml", people_lines(twins, ()))]).people

    assert {id_: one.roles for id_, one in found.items()} == {"ada": (), "ada-2": ()}


def test_a_namesake_of_who_decides_is_not_laid_over_them() -> None:
    ada = Named(name="Ada", jira="1", slack="U1")

    assert list(yaml.safe_load(people_lines([ada], {"ada", "bob"}))["people"]) == ["ada-2"]


@pytest.mark.parametrize(
    ("name", "others", "found"),
    [
        ("Mika Lindqvist", ["Mika Lindqvist", "Mika Berg"], "Mika Lindqvist"),
        ("mika", ["Mika Lindqvist", "Tom Becker"], "Mika Lindqvist"),
        ("lindqvist mika", ["Mika Lindqvist"], "Mika Lindqvist"),
        ("mika", ["Mika Lindqvist", "Mika Berg"], None),
        ("Mika", ["Mikael Berg"], None),
        ("Mika Lindqvist", ["Mika"], None),
        (" ", ["Mika"], None),
        ("mika", [], None),
    ],
)
def test_only_one_who_is_called_alike_is_guessed(name: str, others: list[str], found: str | None) -> None:
    guessed = namesake(name, [Account(id=other, name=other, email=None, human=True) for other in others])

    assert (guessed.name if guessed else None) == found
