"""JQL: every field, operator and function over what issues are and were, and what is refused, in Jira's words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.jira.jql import JqlError, parse
from sandbox.jira.jql.dates import edge, read_moment
from sandbox.jira.jql.words import words_test
from sandbox.running import Sandbox
from tests.sandbox.ear import Rest, control, rest

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
PAY_ALL = [f"PAY-{number}" for number in range(1, 11)]


def keys(call: Rest, jql: str) -> list[str]:
    answer = call("GET", "search/jql", params={"jql": f"{jql} ORDER BY key", "fields": "summary", "maxResults": 100})
    assert answer.status_code == 200, answer.text
    return [issue["key"] for issue in answer.json()["issues"]]


def refusal(call: Rest, jql: str) -> str:
    answer = call("GET", "search/jql", params={"jql": jql})
    assert answer.status_code == 400, answer.text
    return str(answer.json()["errorMessages"][0])


@pytest.fixture
def worked(sandbox: Sandbox, dana: Rest) -> Rest:
    """PAY-2 went Open, In progress, Open, and was given to Tom, then to Mika."""
    tom = rest(sandbox, "tom")
    dana("PUT", "issue/PAY-2/assignee", json={"accountId": "sbx-tom"})
    tom("POST", "issue/PAY-2/transitions", json={"transition": {"id": "21"}})
    control(sandbox, "POST", "clock", {"advance_seconds": 7200})
    tom("POST", "issue/PAY-2/transitions", json={"transition": {"id": "31"}})
    dana("PUT", "issue/PAY-2/assignee", json={"accountId": "sbx-mika"})
    tom.session.close()
    return dana


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ('status WAS "In progress"', ["PAY-2"]),
        ('status WAS NOT "In progress" AND key = PAY-2', []),
        ("status WAS IN (Closed, 3)", ["PAY-2"]),
        ("status WAS NOT IN (Closed, 3) AND key in (PAY-2, PAY-6)", ["PAY-6"]),
        ('status WAS "In progress" BY "tom@example.com"', ["PAY-2"]),
        ('status WAS "In progress" BY "Dana Okafor"', []),
        ('status WAS "In progress" AFTER -1h', ["PAY-2"]),
        ('status WAS "In progress" BEFORE -3h', []),
        ('status WAS "In progress" DURING (-3h, now())', ["PAY-2"]),
        ("status CHANGED", ["PAY-2"]),
        ("status CHANGED FROM Open TO 3", ["PAY-2"]),
        ("status CHANGED TO Closed", []),
        ("status CHANGED FROM 3 AFTER -1h BY 'tom@example.com'", ["PAY-2"]),
        ("status CHANGED FROM Open AFTER -1h", []),
        ("NOT status CHANGED AND key in (PAY-2, PAY-6)", ["PAY-6"]),
        ('assignee WAS "Tom Becker"', ["PAY-2"]),
        ("assignee WAS EMPTY AND assignee = sbx-mika", ["PAY-2"]),
        ("assignee CHANGED FROM EMPTY TO sbx-tom", ["PAY-2"]),
    ],
)
def test_the_past_is_searched(worked: Rest, jql: str, found: list[str]) -> None:
    assert keys(worked, f"project = PAY AND key in (PAY-2, PAY-6) AND {jql}") == found


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("assignee = currentUser()", []),
        ("reporter = currentUser() AND key = PAY-1", ["PAY-1"]),
        ("assignee in membersOf('jira-software-users') AND key = PAY-1", ["PAY-1"]),
        ("key >= PAY-9", ["PAY-9", "PAY-10"]),
        ("key not in (PAY-1, PAY-2, PAY-3, PAY-4, PAY-5)", ["PAY-6", "PAY-7", "PAY-8", "PAY-9", "PAY-10"]),
        ("created >= startOfDay(-10d) AND created <= endOfDay()", ["PAY-10"]),
        ('created > startOfYear("-3") AND created < endOfYear("+1")', PAY_ALL),
        ("created > '2001-01-01 10:00' AND created < \"2002/01/01\"", []),
        ("labels = TIMEOUT", ["PAY-1"]),
        ("priority = Highest AND priority >= High AND key = PAY-1", ["PAY-1"]),
        ("priority < Highest AND key = PAY-1", []),
        ("resolution = Unresolved AND key in (PAY-1, PAY-3)", ["PAY-1"]),
        ("due is EMPTY AND key = PAY-1", ["PAY-1"]),
        ("type in standardIssueTypes() AND key = PAY-1", ["PAY-1"]),
        ("type in subtaskIssueTypes()", []),
        ("component in (checkout-api, EMPTY) AND key = PAY-1", ["PAY-1"]),
        ('summary ~ "challenge" AND summary !~ "refund"', ["PAY-1"]),
        ('text ~ "\\"gateway timeout\\""', ["PAY-1"]),
        ("NOT (key != PAY-1)", ["PAY-1"]),
        ("! key != PAY-1 && key = PAY-1 | key = PAY-2", ["PAY-1", "PAY-2"]),
    ],
)
def test_what_issues_are_is_searched(dana: Rest, jql: str, found: list[str]) -> None:
    assert keys(dana, f"project = PAY AND ({jql})") == found


def test_what_is_empty_is_neither_equal_nor_unequal(dana: Rest) -> None:
    free = keys(dana, "project = PAY AND assignee is EMPTY")
    others = keys(dana, "project = PAY AND assignee != sbx-tom")
    toms = keys(dana, "project = PAY AND NOT assignee != sbx-tom")

    assert free
    assert not set(free) & {*others, *toms}
    assert sorted([*free, *others, *toms]) == sorted(PAY_ALL)


def test_links_are_followed_in_their_direction(dana: Rest) -> None:
    ends = {"inwardIssue": {"key": "PAY-2"}, "outwardIssue": {"key": "PAY-1"}}
    dana("POST", "issueLink", json={"type": {"name": "Duplicate"}, **ends})

    assert keys(dana, "issue in linkedIssues(PAY-2)") == ["PAY-1"]
    assert keys(dana, 'issue in linkedIssues(PAY-2, "duplicates")') == ["PAY-1"]
    assert keys(dana, 'issue in linkedIssues(PAY-2, "is duplicated by")') == []
    assert keys(dana, 'issueLinkType = "is duplicated by"') == ["PAY-1"]


def test_who_updated_what_is_found(dana: Rest) -> None:
    dana("POST", "issue/PAY-4/comment", json={"body": "hi"})

    assert keys(dana, 'issue in updatedBy("tom@example.com", "-1h") AND project = PAY') == []
    assert keys(dana, 'issue in updatedBy(sbx-dana, "-1h") AND project = PAY') == ["PAY-4"]


def test_a_desks_field_is_found_by_its_name_and_its_number(bot: Rest) -> None:
    bot("PUT", "issue/OPS-1", json={"fields": {"customfield_10003": [{"accountId": "sbx-tom"}]}})

    assert keys(bot, "Approvers = sbx-tom AND key = OPS-1") == ["OPS-1"]
    assert keys(bot, "cf[10003] = currentUser() AND key = OPS-1") == []
    assert keys(bot, '"Approvers[People]" is not EMPTY AND key = OPS-1') == ["OPS-1"]


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("status = Asleep", "The value 'Asleep' does not exist for the field 'status'."),
        ("assignee = nobody", "The value 'nobody' does not exist for the field 'assignee'."),
        ("summary = x", "The operator '=' is not supported by the 'summary' field."),
        ("labels WAS x", "The operator 'was' is not supported by the 'labels' field."),
        ("status in EMPTY", "Error in the JQL Query: Expecting '('"),
        ("status is Open", "The operator 'is' can only be used with EMPTY"),
        ("created > sometimes()", "Unable to find JQL function 'sometimes()'."),
        ("status = currentUser()", "A value provided by the function 'currentUser' is invalid for the field 'status'."),
        ("assignee in membersOf(nobody)", "the group does not exist."),
        ("issue in linkedIssues(NO-1)", "Issue 'NO-1' could not be found in function 'linkedIssues'."),
        ("issue in linkedIssues(SEC-1)", "Issue 'SEC-1' could not be found"),
        ("created > startOfDay(soon)", "Date value 'soon' provided by the function 'startOfDay' is invalid."),
        ("project = select", "'select' is a reserved JQL word."),
        ("assignee = tom@example.com", "The character '@' is a reserved JQL character."),
        ("project = PAY ORDER BY text", "Not able to sort using field 'text'."),
        ('summary ~ ""', "does not support searching for an empty string"),
        ("status WAS Open DURING -1d", "'during' needs two"),
        ("project", None),
    ],
)
def test_refusals_are_worded_as_jiras(dana: Rest, jql: str, said: str | None) -> None:
    if said is None:
        assert keys(dana, jql) == keys(dana, f"text ~ {jql}")
    else:
        assert said in refusal(dana, jql)


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    with pytest.raises(JqlError, match="too deeply"):
        parse("(" * 5000 + "key = A-1" + ")" * 5000)


@given(st.text(alphabet='abc*?"- \\.+', max_size=30), st.text(max_size=30))
def test_no_words_break_the_text_search(words: str, text: str) -> None:
    assert words_test(words)([text]) in (True, False)


@pytest.mark.parametrize(
    ("words", "found"),
    [("time*", True), ("tim?out", True), ("timeout -bank", False), ('"bank says"', True), ('"says bank"', False)],
)
def test_words_wildcards_phrases_and_exclusions(words: str, found: bool) -> None:
    assert words_test(words)(["The bank says:", "TIMEOUTS"]) is found


@given(st.integers(-400, 400), st.sampled_from("dwMy"))
def test_a_span_ends_where_the_next_begins(count: int, unit: str) -> None:
    end = edge(unit, FRIDAY, UTC, f"{count}{unit}", end=True)
    begin = edge(unit, FRIDAY, UTC, f"{count + 1}{unit}", end=False)
    assert end is not None
    assert begin == end + timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("-1w 2d", FRIDAY - timedelta(days=9)),
        ("3h", FRIDAY + timedelta(hours=3)),
        ("2026-11-20", FRIDAY.replace(hour=0, minute=0)),
        ("2026/11/20 07:05", FRIDAY.replace(hour=7, minute=5)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999999w", None),
        ("2026-13-01", None),
    ],
)
def test_dates_are_read(text: str, moment: datetime | None) -> None:
    assert read_moment(text, FRIDAY, UTC) == moment


def test_dates_are_of_the_askers_time_zone(sandbox: Sandbox) -> None:
    made = rest(sandbox, "priya")("GET", "issue/PAY-1").json()["fields"]["created"]
    moment = datetime.strptime(made, "%Y-%m-%dT%H:%M:%S.%f%z") + timedelta(minutes=1)
    here = (moment + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%d %H:%M")

    assert keys(rest(sandbox, "priya"), f'key = PAY-1 AND created < "{here}"') == ["PAY-1"]
    assert keys(rest(sandbox, "priya"), f'key = PAY-1 AND created < "{moment:%Y-%m-%d %H:%M}"') == []


def test_a_query_is_told_as_a_tree(bot: Rest) -> None:
    text = "project = PAY AND (status WAS Open BY currentUser() OR labels in (x, EMPTY)) ORDER BY key DESC"
    said = bot("POST", "jql/parse", json={"queries": [text, "colour = red", "project ="]}).json()["queries"]

    where = said[0]["structure"]["where"]
    assert (where["operator"], where["clauses"][0]["operand"]["value"]) == ("and", "PAY")
    assert where["clauses"][1]["clauses"][0]["predicates"][0]["operand"]["function"] == "currentUser"
    assert said[0]["structure"]["orderBy"]["fields"][0]["direction"] == "desc"
    assert [("structure" in one, len(one.get("errors", []))) for one in said[1:]] == [(False, 1), (False, 1)]


def test_a_warning_is_no_error(bot: Rest) -> None:
    said = bot("POST", "jql/parse?validation=warn", json={"queries": ["status = Asleep"]}).json()["queries"][0]
    assert said["warnings"] == ["The value 'Asleep' does not exist for the field 'status'."]


def test_issues_are_matched_against_queries(dana: Rest, bot: Rest) -> None:
    numbers = {key: int(bot("GET", f"issue/{key}").json()["id"]) for key in ("PAY-1", "WEB-1", "SEC-1")}
    asked = {"issueIds": [*numbers.values(), 7], "jqls": ["project = PAY", "created > 0", "colour = red"]}

    told = dana("POST", "jql/match", json=asked).json()["matches"]

    assert [match["matchedIssues"] for match in told] == [[numbers["PAY-1"]], [numbers["PAY-1"], numbers["WEB-1"]], []]
    assert [bool(match["errors"]) for match in told] == [False, False, True]
