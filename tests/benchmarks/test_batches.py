"""The benchmark of batches: its streams, its numbers, the plain ways beside it, and a few reports lived through."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import batch_groups
from benchmarks.batch_baselines import by_cosine, by_title
from benchmarks.batch_fit import Met, fit, honesty
from benchmarks.batch_measures import found_problems, grouping, mostly, pairs_right, share
from benchmarks.batch_stream import START, Plan, Report, stream
from benchmarks.batch_words import SHOP, TONGUES, TOWN
from benchmarks.batches import as_table, measure, texts_of
from benchmarks.history import Report as Known
from benchmarks.history import Verdicts, history
from orchestrator.learning.fitting import Example
from orchestrator.related import Traits

SMALL = Plan(reports=1_200, a_day=300, problems=4, seed=3)


def told(id_: int, summary: str, minute: int = 0, problem: int | None = None) -> Report:
    at = START + timedelta(minutes=minute)
    return Report(id=id_, at=at, project="P1", summary=summary, description="", problem=problem)


def test_the_same_seed_makes_the_same_stream_and_another_another() -> None:
    assert stream(TOWN, SMALL) == stream(TOWN, SMALL)
    assert stream(TOWN, SMALL) != stream(TOWN, Plan(reports=1_200, a_day=300, problems=4, seed=4))


@pytest.mark.parametrize("tongue", sorted(TONGUES))
def test_a_stream_is_in_the_order_of_time_and_holds_what_was_planned(tongue: str) -> None:
    made = stream(TONGUES[tongue], SMALL)
    assert [one.id for one in made] == list(range(1, 1_201))
    assert [one.at for one in made] == sorted(one.at for one in made)
    sizes = Counter(one.problem for one in made if one.problem is not None)
    assert len(sizes) == 4
    assert all(5 <= size <= 60 for size in sizes.values())


def test_a_problem_comes_over_some_projects_within_hours() -> None:
    made = [one for one in stream(TOWN, SMALL) if one.problem == 1]
    assert made[-1].at - made[0].at <= timedelta(hours=6)
    assert len({one.project for one in made}) <= 5


def test_the_two_tongues_have_no_name_and_no_trouble_in_common() -> None:
    said = [{name for names in (*one.things, *one.troubles) for name in names} for one in (SHOP, TOWN)]
    assert said[0].isdisjoint(said[1])


def test_real_texts_are_laid_in_once_each() -> None:
    real = [(f"real {number}", "text") for number in range(20)]
    made = stream(TOWN, Plan(reports=400, a_day=100, problems=2, real=real))
    laid_in = Counter(next((name for name, _ in real if one.summary.endswith(name)), None) for one in made)
    assert {name: times for name, times in laid_in.items() if name} == {name: 1 for name, _ in real}


def test_of_issues_that_people_linked_only_the_first_is_laid_in() -> None:
    known = [Known(key=key, summary=key, description="", traits=Traits(created=day)) for day, key in enumerate("ABC")]
    pairs = frozenset({("A", "C")})
    past = history(known, Verdicts(linked=pairs, same=pairs, closed_as_duplicate=frozenset()))
    assert [summary for summary, _ in texts_of({"file": past})] == ["A", "B"]


def test_groups_that_are_the_problems_are_perfect() -> None:
    problems = {1: 7, 2: 7, 3: 7, 4: None, 5: 8, 6: 8}
    found = grouping([(1, 2, 3), (5, 6)], problems)
    assert (found.precision.mean, found.recall.mean, found.found, found.groups_per_problem) == (1, 1, 1, 1)


def test_what_is_taken_along_costs_precision_and_what_is_missed_recall() -> None:
    problems = {1: 7, 2: 7, 3: None, 4: 7}
    found = grouping([(1, 2, 3)], problems)
    assert found.precision.mean == pytest.approx(1 / 3)
    assert found.recall.mean == pytest.approx(1 / 3)


def test_of_a_group_it_is_told_how_many_of_its_pairs_are_one_problem() -> None:
    assert pairs_right([1, 2, 3, 4], {1: 7, 2: 7, 3: 8, 4: None}) == pytest.approx(1 / 6)


def test_a_problem_in_two_groups_brings_two_messages() -> None:
    assert grouping([(1, 2), (3, 4)], dict.fromkeys((1, 2, 3, 4), 7)).groups_per_problem == 2


def test_nothing_measures_as_nothing() -> None:
    assert grouping([], {}).precision.mean == 0
    assert share([]).high == 0


@pytest.mark.parametrize(
    ("group", "about"), [((1, 2, 3), 7), ((1, 3), 7), ((1, 3, 4), None), ((3, 4), None), ((), None)]
)
def test_a_group_is_about_the_problem_of_half_of_it(group: tuple[int, ...], about: int | None) -> None:
    assert mostly(group, {1: 7, 2: 7, 3: None, 4: None}) == about


def test_a_problem_is_found_where_half_of_it_is_together() -> None:
    problems = {1: 7, 2: 7, 3: 7, 4: 7}
    assert found_problems([(1, 2)], problems) == {7: {1, 2}}
    assert found_problems([(1,)], problems) == {}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda one: (min(one), max(one))), min_size=1))
def test_a_share_lies_within_its_interval(parts: list[tuple[int, int]]) -> None:
    found = share(parts)
    assert 0 <= found.low <= found.high <= 1
    assert found.mean == sum(right for right, _ in parts) / sum(of for _, of in parts)


def test_the_same_title_within_a_day_is_one_group_but_for_its_numbers() -> None:
    made = [told(1, "Disk 7 full"), told(2, "DISK 9 full", 60), told(3, "Wiki down", 61), told(4, "Disk 1 full", 5_000)]
    assert by_title(made, 2) == [[1, 2]]


def test_a_cosine_joins_what_is_near_enough_and_a_higher_one_less() -> None:
    made = [told(1, "badge reader rejects login"), told(2, "badge reader rejects visitors", 5), told(3, "wiki down", 6)]
    found = by_cosine(made, 2, [0.2, 0.9])
    assert found == {0.2: [[1, 2]], 0.9: []}


def met(*problems: int, within: float = 9.0, across: float = 1.0) -> Met:
    same = np.equal.outer(problems, problems)
    return Met(common=np.where(same, within, across), same=same, counts=1.0)


def test_the_likelihood_of_a_pair_is_learnt_from_crowds() -> None:
    crowds = [met(1, 1, 1, 2, 2, 3), met(1, 1, 2, 2), met(1, 1, 2, 3, within=2.0, across=3.0)] * 10
    table = fit(crowds)
    assert table.common > 0 > table.constant
    assert table.company > 0 > table.apart
    assert honesty(crowds, table) < 0.15


def test_pairs_of_one_kind_teach_nothing() -> None:
    with pytest.raises(ValueError, match="fitting needs pairs"):
        fit([met(1, 1)])


def group(titles: float, inside: float, *, right: bool) -> Example:
    return Example(row=(1.0, 1.0, titles, inside), right=right)


def test_the_likelihood_of_a_group_is_learnt_from_what_is_seen_of_it_altogether() -> None:
    met_again = [group(0.6, 0.9, right=True), group(0.6, 0.4, right=False), group(0.1, 0.9, right=False)] * 20
    table = batch_groups.fit(met_again)
    assert table.titles > 0 < table.inside
    assert batch_groups.honesty(met_again, table) < batch_groups.honesty(met_again, None)


def test_groups_that_are_all_right_teach_nothing() -> None:
    with pytest.raises(ValueError, match="fitting needs groups"):
        batch_groups.fit([group(0.6, 0.9, right=True)])


def test_people_are_asked_about_a_group_once_it_is_large_enough_and_later_about_who_joined() -> None:
    other = [told(number, f"old{number} thing{number} own{number}", 60 * number) for number in range(1, 100)]
    problem = [
        replace(told(number, f"gift card empty odd{number} so{number}", 6_000 + 9 * number), problem=1)
        for number in range(100, 115)
    ]
    found = batch_groups.groups_in([*other, *problem])
    assert [(one.right, one.weight) for one in found] == [(True, 1.0), (False, 0.0)] * (len(found) // 2)
    assert len(found) // 2 == 2


@pytest.mark.long
def test_a_short_stream_is_lived_through_on_the_real_store() -> None:
    other = [
        told(number, f"old{number} thing{number} unlike{number} own{number}", 60 * number) for number in range(1, 41)
    ]
    problem = [
        Report(
            id=40 + number,
            at=START + timedelta(days=3, minutes=number),
            project=f"P{number % 3}",
            summary=f"Parking permit offline, {name} waits",
            description=f"No connection to the parking permit, says {name}.",
            problem=0,
        )
        for number, name in enumerate(("Aydin", "Bauer", "Costa", "Dvorak", "Ferrari", "Gruber"), 1)
    ]
    said: list[str] = []
    measured = measure([*other, *problem], said.append)
    assert [one.partition(" of ")[0] for one in said[:2]] == ["4", "8"]
    assert measured.ours.found == 1
    assert (measured.messages.cards, measured.messages.wrong_questions) == (1, 0)
    assert "first card after" in as_table(measured)
