"""The benchmark of the search index, on few issues."""

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.made_issues import MadeIssues, resolved


def test_the_same_seed_makes_the_same_issues() -> None:
    one, other = MadeIssues(seed=5), MadeIssues(seed=5)

    assert list(one.from_(1, 70)) == list(other.from_(1, 70))
    assert one.reworded() == other.reworded()


def test_a_reworded_issue_keeps_most_words_of_an_earlier_one() -> None:
    made = MadeIssues()
    issues = {issue.id: issue for issue in made.from_(1, 200)}

    original, summary, description = made.reworded()

    fields = issues[original].fields
    before = f"{fields['summary']['text']} {fields['description']['text']}".split()
    kept = sum(one == other for one, other in zip(f"{summary} {description}".split(), before, strict=True))
    assert len(before) * 0.3 < kept < len(before)


def test_a_resolved_issue_says_what_it_said() -> None:
    (issue,) = MadeIssues().from_(7, 1)

    later = resolved(issue)

    assert later.updated is not None
    assert issue.updated is not None
    assert later.updated > issue.updated
    assert later.fields["summary"] == issue.fields["summary"]
    assert later.fields["status"]["name"] == "Done"


@pytest.mark.long
def test_both_ways_to_search_find_what_was_reworded() -> None:
    result = CliRunner().invoke(main, ["index", "--documents", "600", "--questions", "6"])

    assert result.exit_code == 0, result.output
    assert "6 of 6 originals found" in result.output
    assert "gives; 6 originals found" in result.output
    assert "merge, 4 at once" in result.output
