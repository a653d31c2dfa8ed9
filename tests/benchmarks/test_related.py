import csv
import json
import os
import tarfile
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.__main__ import main
from benchmarks.asking import measure, sample
from benchmarks.baselines import Rankings, bm25, tfidf
from benchmarks.bug_tables import read_bugs
from benchmarks.history import History, Report, Verdicts, answers, history
from benchmarks.jira_export import read_jira
from benchmarks.measures import retrieval
from benchmarks.ranking_fit import Choice, learn, tried
from benchmarks.replay import looks
from benchmarks.truth import Truth
from orchestrator.related import Traits
from orchestrator.related.weighing import Weighed
from orchestrator.related.weights import likeness

DAY = 86_400
SHARED = Path(os.environ.get("YARDMASTER_SHARED", Path(__file__).parents[3] / "shared"))
THINGS = ("printer", "badge reader", "mail gateway", "build agent", "wiki", "ledger", "scanner", "router")
TROUBLES = ("is slow on mondays", "shows a blank page", "rejects every login", "loses its settings")


def report(key: str, day: int, summary: str, description: str = "") -> Report:
    return Report(key=key, summary=summary, description=description, traits=Traits(created=day * DAY))


def past(
    *reports: Report,
    same: set[tuple[str, str]] | None = None,
    linked: set[tuple[str, str]] | None = None,
    closed: set[str] | None = None,
) -> History:
    pairs = frozenset(same or ())
    verdicts = Verdicts(linked=pairs | frozenset(linked or ()), same=pairs, closed_as_duplicate=frozenset(closed or ()))
    return history(list(reports), verdicts)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def tables(tmp_path: Path) -> list[str]:
    """Options for a small made data set: every fourth report is reported again in other words."""
    with (tmp_path / "bugs.csv").open("w", newline="") as bugs, (tmp_path / "pairs.csv").open("w", newline="") as pairs:
        rows, doubles = csv.writer(bugs), csv.writer(pairs)
        rows.writerow(["Issue_id", "Summary", "Description", "Created"])
        doubles.writerow(["Issue_id", "Duplicate_id"])
        for number, (thing, trouble) in enumerate((thing, trouble) for thing in THINGS for trouble in TROUBLES):
            rows.writerow([number, f"The {thing} {trouble}", f"since update {number}", f"2021-03-01 10:{number:02}"])
            if number % 4 == 0:
                again = [number + 500, f"{thing} {trouble} again", f"update {number}", f"2021-03-02 10:{number:02}"]
                rows.writerow(again)
                doubles.writerow([number, number + 500])
    return ["--bugs-csv", str(tmp_path / "bugs.csv"), "--pairs-csv", str(tmp_path / "pairs.csv")]


def test_the_benchmark_reports_every_number_as_data(tables: list[str]) -> None:
    result = run("related", *tables, "--json")

    found = json.loads(result.output)
    assert result.exit_code == 0
    assert found["queries"] == 8
    assert set(found["recall"]) == {"1", "5", "10"}
    assert found["recall"]["5"] == 1.0
    assert 0 < found["mrr"] <= 1
    assert set(found["baselines"]) == {"tfidf", "bm25"}
    assert {"recall", "mrr"} <= set(found["baselines"]["bm25"])
    assert {"coverage_at_precision_95", "ece", "ms_per_query", "asked"} <= set(found)


def test_the_benchmark_says_the_same_in_words(tables: list[str]) -> None:
    output = run("related", *tables).output

    assert "bugs.csv: 40 issues, 8 questions" in output
    assert all(word in output for word in ("tfidf", "bm25", "ours", "recall@1", "calibration error", "asked"))


def test_fitting_prints_a_table_per_data_set_and_one_for_all(tables: list[str]) -> None:
    output = run("fit-confidence", *tables).output

    assert "fitted on bugs.csv: Coefficients(constant=-" in output
    assert "fitted on all: Coefficients(" in output


def test_learning_is_tried_on_what_it_was_not_learnt_from(tables: list[str]) -> None:
    output = run("fit-ranking", *tables).output

    assert "learnt on bugs.csv: Weights(text=" in output
    assert "its earlier half, tried on its later half: recall@1" in output
    assert "as shipped: recall@1" in output


def test_the_weights_learnt_find_what_the_right_answers_have_in_common() -> None:
    right = Weighed(1, 0.2, (likeness(0.2), 0.9, 0.1, 0.1, 0.0, 0.0, 0.0))
    wrong = Weighed(2, 0.9, (likeness(0.9), 0.1, 0.1, 0.1, 0.0, 0.0, 0.0))

    learnt = learn([[Choice(place=place, found=(right, wrong), right=frozenset({1})) for place in range(9)]])

    assert learnt.cover > learnt.text == 0
    assert tried([Choice(place=3, found=(wrong, right), right=frozenset({1}))], learnt).mrr.mean == 1


def test_questions_without_a_right_answer_teach_nothing() -> None:
    with pytest.raises(ValueError, match="learning needs questions"):
        learn([[]])


def test_of_a_large_file_an_even_sample_is_asked() -> None:
    assert sample(range(10), 20) == range(10)
    assert sample(range(10), 5) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the benchmark lacks data: give --jira-jsonl, or --bugs-csv with --pairs-csv"),
        (["--jira-jsonl", "nowhere.jsonl"], "the benchmark lacks its data: there is no file nowhere.jsonl"),
        (["--bugs-csv", "bugs.csv"], "--bugs-csv and --pairs-csv belong together"),
    ],
)
@pytest.mark.parametrize("command", ["related", "fit-confidence", "fit-ranking"])
def test_what_is_lacking_is_said(command: str, arguments: list[str], complaint: str) -> None:
    result = run(command, *arguments)

    assert result.exit_code != 0
    assert complaint in result.output


def test_a_broken_file_is_explained_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "issues.jsonl").write_bytes(b"\xff\xfe{")

    result = run("related", "--jira-jsonl", str(tmp_path / "issues.jsonl"))

    assert result.exit_code == 2
    assert result.output.startswith("Error: ")


def test_a_report_is_searched_only_among_those_before_it() -> None:
    twins = past(report("B", 2, "kafka leader lost"), report("A", 1, "kafka leader lost"), report("C", 3, "wiki down"))

    found = {look.place: [match.id for match in look.matches] for look in looks(twins)}

    assert found == {0: [], 1: [0], 2: []}


@pytest.mark.parametrize("baseline", [tfidf, bm25])
def test_a_baseline_ranks_earlier_reports_that_share_words(
    baseline: Callable[[History, Collection[int]], Rankings],
) -> None:
    shelf = past(
        report("A", 1, "kafka leader lost"),
        report("B", 2, "kafka quota"),
        report("C", 3, "wiki down"),
        report("D", 4, "leader of kafka lost"),
        report("E", 5, "kafka leader lost"),
    )

    assert baseline(shelf, [3]) == {3: [0, 1]}


@pytest.mark.parametrize(
    ("summary", "description", "verdicts", "judged"),
    [
        ("kafka lost leader", "", {"same": {("A", "B")}}, True),
        ("Kafka leader: lost", "all brokers", {}, True),
        ("kafka leader lost", "after moving to another zone entirely and restarting it", {}, None),
        ("kafka lost leader", "", {"linked": {("A", "B")}}, None),
        ("kafka lost leader", "", {"closed": {"B"}}, None),
        ("kafka lost leader", "", {"closed": {"B"}, "same": {("B", "Z")}}, False),
        ("kafka lost leader", "", {}, False),
    ],
)
def test_a_pair_is_judged_as_far_as_the_data_tell(
    summary: str, description: str, verdicts: dict[str, set[tuple[str, str]]], judged: bool | None
) -> None:
    pair = past(report("A", 1, "kafka leader lost", "all brokers"), report("B", 2, summary, description), **verdicts)  # type: ignore[arg-type]

    match = next(match for look in looks(pair) for match in look.matches)

    assert Truth(pair).judged(1, match) is judged


def test_an_empty_history_measures_as_nothing() -> None:
    results = measure(past())

    assert (results.issues, results.ours.queries, results.asked.count, results.ece) == (0, 0, 0, 0)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    """The two public histories, where they are."""
    archive, export = (
        SHARED / "datasets" / name for name in ("duplicate_bugs_hadoop.tar.xz", "jira_issues_apache.jsonl.xz")
    )
    if not (archive.is_file() and export.is_file()):
        pytest.skip(f"no public data under {SHARED / 'datasets'}; set YARDMASTER_SHARED")
    folder = tmp_path_factory.mktemp("hadoop")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    tables = (next(folder.rglob(name)) for name in ("hadoop_bugs.csv", "hadoop_bugs-combined.csv"))
    return {"hadoop": read_bugs(*tables), "apache": read_jira(export)}


@pytest.mark.long
@pytest.mark.parametrize(("name", "questions"), [("hadoop", 66), ("apache", 70)])
def test_both_baselines_are_beaten_on_real_histories(real: dict[str, History], name: str, questions: int) -> None:
    shelf = real[name]
    right = answers(shelf, shelf.verdicts.linked)

    ours = {look.place: [match.id for match in look.matches] for look in looks(shelf, len(shelf.reports), right)}

    best = max(retrieval(right, baseline(shelf, right)).mrr.mean for baseline in (tfidf, bm25))
    assert len(right) == questions
    assert retrieval(right, ours).mrr.mean >= best + 0.06


@pytest.mark.long
def test_the_bot_is_honest_and_mostly_quiet_on_a_real_history(real: dict[str, History]) -> None:
    results = measure(real["apache"])

    assert results.ece_judged <= 0.05
    assert 0 < results.asked.count <= 0.03 * results.issues
