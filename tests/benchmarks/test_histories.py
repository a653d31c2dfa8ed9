import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bug_tables import read_bugs
from benchmarks.history import History, Report, UnusableData, Verdicts, answers, history
from benchmarks.jira_export import as_created, read_jira
from orchestrator.related import Traits

BUGS = """Issue ID,SUMMARY,created,Description,Resolution
11,Second,30/Sep/21 17:20,later,Duplicate
10,First,2021-09-01T10:00:00+0200,"two
lines",
"""


def payload(key: str = "YARD-1", **fields: object) -> dict[str, Any]:
    first = {"summary": "Now", "description": None, "created": "2014-01-06T06:22:58.354+0100", **fields}
    return {"key": key, "fields": first, "changelog": {"histories": []}}


def changed(number: int, day: int, **item: str | None) -> dict[str, Any]:
    return {"id": str(number), "created": f"2014-02-{day:02}T00:00:00.000+0000", "items": [item]}


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_that_was_edited_is_read_as_it_was_created() -> None:
    issue = payload(summary="Third", description="edited")
    issue["changelog"]["histories"] = [
        changed(3, 9, field="summary", fromString="Second", toString="Third"),
        changed(1, 2, field="description", fromString="as reported", toString="edited"),
        changed(2, 5, field="summary", fromString="First", toString="Second"),
    ]

    report = as_created(issue)

    assert (report.summary, report.description) == ("First", "as reported")


def test_two_changes_of_one_moment_are_undone_in_the_order_of_their_ids() -> None:
    issue = payload(summary="Third")
    issue["changelog"]["histories"] = [
        changed(9, 2, field="summary", fromString="First", toString="Second"),
        changed(10, 2, field="summary", fromString="Second", toString="Third"),
    ]

    assert as_created(issue).summary == "First"


def test_traits_are_those_of_the_creation() -> None:
    issue = payload(
        components=[{"name": "docs"}, {"name": "rpc"}],
        issuetype={"name": "Task"},
        reporter={"name": "person-2"},
    )
    issue["changelog"]["histories"] = [
        changed(1, 1, field="Component", fromString=None, toString="docs"),
        changed(2, 2, field="Component", fromString="lease", toString=None),
        changed(3, 3, field="issuetype", fromString="Bug", toString="Task"),
        changed(4, 4, **{"field": "reporter", "from": "person-1", "fromString": "A Person"}),
        changed(5, 5, field="Key", fromString="SHED-9", toString="YARD-1"),
    ]

    assert as_created(issue).traits == Traits(
        created=1388985778, project="SHED", components=("lease", "rpc"), kind="Bug", reporter="person-1"
    )


def test_nothing_said_later_is_in_a_report() -> None:
    plain, closed = payload(), payload()
    closed["fields"] |= {
        "resolution": {"name": "Duplicate"},
        "status": {"name": "Closed"},
        "issuelinks": [{"type": {"name": "Duplicate"}, "outwardIssue": {"key": "YARD-9"}}],
        "comment": {"comments": [{"body": "same as YARD-9"}]},
    }

    assert as_created(closed) == as_created(plain)


@pytest.mark.parametrize("name", ["issues.jsonl", "issues.jsonl.xz"])
def test_links_and_resolutions_go_to_the_verdicts(tmp_path: Path, name: str) -> None:
    issues = [
        payload("YARD-2", issuelinks=[{"type": {"name": "Duplicate"}, "inwardIssue": {"key": "YARD-1"}}]),
        payload("YARD-1", issuelinks=[{"type": {"name": "Reference"}, "outwardIssue": {"key": "YARD-3"}}, {}]),
        payload("YARD-3", resolution={"name": "Duplicate"}),
    ]
    text = "\n\n".join(json.dumps(issue) for issue in issues).encode()
    (tmp_path / name).write_bytes(lzma.compress(text) if name.endswith("xz") else text)

    verdicts = read_jira(tmp_path / name).verdicts

    assert verdicts.linked == {("YARD-1", "YARD-2"), ("YARD-1", "YARD-3")}
    assert verdicts.same == {("YARD-1", "YARD-2")}
    assert verdicts.closed_as_duplicate == {"YARD-3"}


@pytest.mark.parametrize(
    "line", ["{", "[]", "7", "{}", '{"key": "A-1", "fields": {}}', '{"key": "A-1", "fields": {"created": "soon"}}']
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, "issues.jsonl", f"{json.dumps(payload())}\n{line}\n")

    with pytest.raises(UnusableData, match=r"issues\.jsonl, line 2: not a Jira issue"):
        read_jira(path)


def test_tables_are_read_whatever_the_case_of_their_headings(tmp_path: Path) -> None:
    past = read_bugs(
        written(tmp_path, "bugs.csv", BUGS),
        written(tmp_path, "pairs.csv", 'issue id,DUPLICATE ID\n10,"11, 99"\n11,10\n'),
    )

    assert [(report.key, report.summary) for report in past.reports] == [("10", "First"), ("11", "Second")]
    assert past.reports[0].description == "two\nlines"
    assert past.reports[0].traits.created == 1630483200
    assert past.verdicts.same == {("10", "11"), ("10", "99")}
    assert past.verdicts.closed_as_duplicate == {"11"}


@pytest.mark.parametrize(
    ("bugs", "pairs", "complaint"),
    [
        (
            "Id,Created\n1,2021-01-01",
            "Id,Duplicate\n1,2\n",
            "bugs.csv lacks a column summary or title; it has created, id",
        ),
        ("Id,Summary,Created\n1,x,tomorrow", "Id,Duplicate\n", "bugs.csv, row 2: 'tomorrow' is not a date"),
        ("Id,Summary,Created\n1,x,2021-01-01", "Id,Partner\n1,2\n", "pairs.csv lacks a column duplicateid"),
    ],
)
def test_an_unusable_table_is_explained(tmp_path: Path, bugs: str, pairs: str, complaint: str) -> None:
    with pytest.raises(UnusableData) as wrong:
        read_bugs(written(tmp_path, "bugs.csv", bugs), written(tmp_path, "pairs.csv", pairs))

    assert complaint in str(wrong.value)


def shelf(created: Mapping[str, int]) -> History:
    reports = [Report(key=key, summary=key, description="", traits=Traits(created=at)) for key, at in created.items()]
    none: frozenset[tuple[str, str]] = frozenset()
    return history(reports, Verdicts(linked=none, same=none, closed_as_duplicate=frozenset()))


def test_the_later_report_of_a_pair_asks_for_the_earlier_ones() -> None:
    past = shelf({"C": 30, "A": 10, "B": 20})

    assert answers(past, frozenset({("A", "C"), ("B", "C"), ("A", "Z"), ("B", "B")})) == {2: {0, 1}}


def test_a_doubled_report_counts_once() -> None:
    once = shelf({"A": 10}).reports[0]

    assert history([once, once], shelf({}).verdicts).reports == (once,)


def test_a_table_may_come_from_another_tracker(tmp_path: Path) -> None:
    rows = ("bug_id,PRODUCT,Title,Creation_TS", "1.0,Yard,First,1630483200", ",,,", "3,Yard,Third,")
    bugs = "\n".join((*rows, "2.0,Yard,Second,2021-09-02 10:00:00 UTC")).replace(",", "\t")
    pairs = "Bug_ID;Duplicated_Issue\n2;'1.0'\n3;\n"

    past = read_bugs(written(tmp_path, "bugs.tsv", bugs), written(tmp_path, "pairs.csv", pairs))

    assert [report.key for report in past.reports] == ["3", "1", "2"]
    assert (past.reports[1].traits.created, past.reports[1].traits.project) == (1_630_483_200, "Yard")
    assert past.verdicts.same == {("1", "2")}


def test_a_table_in_another_encoding_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "bugs.csv").write_bytes(b"id,summary,created\n1,Gr\xfc\xdfe,2021-09-01\n")

    past = read_bugs(tmp_path / "bugs.csv", written(tmp_path, "pairs.csv", "id,duplicate_id\n"))

    assert past.reports[0].summary.startswith("Gr")


def test_a_payload_of_another_site_may_lack_almost_everything() -> None:
    links = [{}, {"outwardIssue": {"id": "7"}}]
    created = "1970-01-01T00:00:00.000+0000"

    report = as_created(
        {"key": "YARD-1", "fields": {"created": created, "issuelinks": links, "components": [{"id": "1"}]}}
    )

    assert (report.key, report.summary, report.description) == ("YARD-1", "", "")
    assert report.traits == Traits(created=0, project="YARD")


def test_an_atlassian_document_is_read_as_its_words() -> None:
    document = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "disk full"}]}]}

    report = as_created(payload(description=document, reporter={"accountId": "5b10", "displayName": "Ada"}))

    assert (report.description, report.traits.reporter) == ("disk full", "5b10")


def test_a_line_may_hold_a_page_of_a_search(tmp_path: Path) -> None:
    page = {"startAt": 0, "issues": [payload("YARD-1"), payload("YARD-2")]}

    past = read_jira(written(tmp_path, "pages.jsonl", json.dumps(page)))

    assert [report.key for report in past.reports] == ["YARD-1", "YARD-2"]
