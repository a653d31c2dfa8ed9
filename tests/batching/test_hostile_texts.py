"""Texts that look like many others, or like all: they neither join anything nor make looking dear."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator import related
from orchestrator.batching import Crowd, likeness, partition
from orchestrator.related import Candidate
from tests.batching.crowd import DEFECT, among, crowd, issue

JOINS_FROM = 600
LEAST = 5
THINGS = ("printer", "badge", "payroll", "intranet", "projector", "telephone", "parking", "canteen")
FORM = (
    "h3. Department and cost centre\n{0}\nh3. Inventory label of the device\n{1}\n"
    "Who may be asked in your absence: {0}\nEffect on citizens or patients: {1}\nWished date of completion: {2}"
)


def formed(number: int, project: str = "FORM") -> Candidate:
    """The first issues of a project, each written in its form, each about something else."""
    thing = THINGS[number % len(THINGS)]
    said = FORM.format(f"team{number} floor{number}", f"{thing}{number} serial{number}", f"week{number}")
    traits = related.Traits(created=1_764_000_000 + 600 * number, project=project, kind="Bug")
    return Candidate.of(number, related.terms(f"{thing} of colleague{number} fails{number}", said), traits)


def own(number: int, place: int) -> str:
    """A word that nobody else says."""
    return "".join(chr(ord("a") + (number * place * step) % 26) for step in range(3, 12)) + "qz" * place


def groups(here: Crowd) -> list[tuple[int, ...]]:
    found = partition([one.id for one in here.issues], likeness(here), JOINS_FROM)
    return [group for group in found if len(group) >= LEAST]


@pytest.mark.parametrize("others", [0, 40, 20_000])
def test_the_form_of_a_project_joins_nothing_from_its_first_issues_on(others: int) -> None:
    assert groups(among([formed(number) for number in range(1, 9)], others)) == []


@pytest.mark.parametrize("others", [0, 40, 20_000])
def test_the_form_of_a_project_makes_no_duplicates(others: int) -> None:
    known = [formed(number) for number in range(1, 8)]
    new = formed(8)
    here = among([*known, new], others)
    query = related.Query(
        terms=related.Terms(
            counts=tuple(zip(new.ids, new.times, strict=True)), words=("",) * len(new.ids), summary=new.summary
        ),
        traits=new.traits,
    )
    assert max(match.confidence for match in related.rank(query, known, here.corpus)) < related.relations.RELATED_FROM


def test_what_comes_after_a_release_shares_its_name_and_nothing_else() -> None:
    told = []
    for number in range(1, 25):
        words = [own(number, place) for place in range(1, 9)]
        told.append(issue(number, f"Release 8.3.1: {' '.join(words[:4])}", f"Seen after it. {' '.join(words[4:])}"))
    assert groups(among(told)) == []


@pytest.mark.parametrize("others", [0, 5, 20, 40])
def test_in_a_young_index_unlike_issues_that_share_a_few_words_are_not_one_problem(others: int) -> None:
    words = ("customer", "morning", "shop", "error", "update", "page")
    told = [
        issue(
            number,
            f"{own(number, 1)} {words[number % 6]} {own(number, 2)}",
            f"{words[(number + 1) % 6]} {words[(number + 2) % 6]} {own(number, 3)} {own(number, 4)} {own(number, 5)}",
        )
        for number in range(1, 9)
    ]
    assert groups(among(told, others)) == []


def test_a_text_that_takes_words_from_everything_joins_nothing() -> None:
    everything = (
        " ".join(f"{summary} {description}" for summary, description in DEFECT)
        + " "
        + " ".join(f"{thing}{number}" for number in range(80) for thing in THINGS)
    )
    found = likeness(among([*crowd(*DEFECT).issues, issue(99, "All of it", everything)]))
    assert not [pair for pair in found if 99 in pair]


def test_two_hundred_tickets_of_a_monitoring_are_one_group_and_take_nothing_else_along() -> None:
    alerts = [
        issue(
            number,
            f"Disk almost full on host{number}",
            f"Only {number % 9} percent left, limit 90, volume data{number}",
        )
        for number in range(1, 201)
    ]
    others = [issue(1000 + number, *text) for number, text in enumerate(DEFECT[:3])]
    (group,) = groups(among([*alerts, *others]))
    assert set(group) <= set(range(1, 201))


@pytest.mark.parametrize(
    "trick",
    ["\u200b", "\u2060", "\ufeff", "\u202e", "\u00ad"],
    ids=["zero width space", "word joiner", "byte order mark", "right to left", "soft hyphen"],
)
def test_marks_that_nobody_sees_make_nothing_alike(trick: str) -> None:
    told = [issue(number, trick.join(f"{thing} {number}"), trick * 5_000) for number, thing in enumerate(THINGS, 1)]
    assert groups(among(told, 40)) == []


@settings(max_examples=25)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=300)), min_size=1, max_size=12))
def test_any_texts_can_be_compared(texts: list[tuple[str, str]]) -> None:
    here = crowd(*texts)
    assert all(0 < per_mille <= 1000 for per_mille in likeness(here).values())


def test_a_log_of_a_megabyte_counts_no_more_words_than_a_long_text() -> None:
    log = "\n".join(f"2026-11-21 10:00:00 WARN worker-{number} connection{number} reset" for number in range(20_000))
    assert len(log) > 1_000_000
    assert len(issue(1, "See the log", log).ids) <= related.tokens.DISTINCT_TERMS
