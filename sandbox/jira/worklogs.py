"""Time that people spent: written, read, changed, deleted, told in the changelog. A week has 5 days of 8 hours."""

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.clock import epoch_ms
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.payloads import tell_updated, tell_worklog
from sandbox.jira.properties import read_properties
from sandbox.jira.records import Change, Issue, Worklog
from sandbox.jira.render import spent_words

SECONDS = {"w": 144_000, "d": 28_800, "h": 3600, "m": 60}
SPENT = re.compile(r"\s*(?:\d{1,6}[wdhm]\s*)+")


def list_worklogs(call: Call, key: str) -> Answer:
    """GET issue/{key}/worklog?startedAfter=&startedBefore= (milliseconds), in pages."""
    issue = call.issue(key)
    after, before = (call.number(name, most, 10**15) for name, most in (("startedAfter", 0), ("startedBefore", 10**15)))
    logs = [log for log in issue.worklogs if after <= epoch_ms(log.started) < before]
    return 200, call.page([call.lens.worklog(issue, log) for log in logs], "worklogs", size=5000, largest=5000)


def get_worklog(call: Call, key: str, number: str) -> Answer:
    """GET issue/{key}/worklog/{id}."""
    issue = call.issue(key)
    return 200, call.lens.worklog(issue, _find(issue, number))


def post_worklog(call: Call, key: str) -> Answer:
    """POST issue/{key}/worklog: timeSpent or timeSpentSeconds."""
    issue, body = call.issue(key), call.body()
    _need(call, issue)
    seconds = _seconds(body)
    if seconds is None:
        raise JiraError(400, errors={"timeLogged": "You must indicate the time spent working."})
    comment, started = call.text(body.get("comment"), "comment"), _started(call, body)
    properties, now, me = read_properties(body), call.jira.clock.now(), call.account.account_id
    log = Worklog(
        id=call.jira.next_id(),
        author=me,
        seconds=seconds,
        started=started,
        created=now,
        updated=now,
        update_author=me,
        comment=comment,
        properties=properties,
    )
    before = spent(issue)
    issue.worklogs.append(log)
    _told(call, issue, log, before, "created")
    return 201, call.lens.worklog(issue, log)


def put_worklog(call: Call, key: str, number: str) -> Answer:
    """PUT issue/{key}/worklog/{id}: one's own only."""
    issue, body = call.issue(key), call.body()
    log = _own(call, issue, number)
    seconds, comment = _seconds(body), call.text(body.get("comment"), "comment")
    started = _started(call, body) if "started" in body else log.started
    before = spent(issue)
    log.seconds, log.comment, log.started = seconds or log.seconds, comment or log.comment, started
    log.updated, log.update_author = call.jira.clock.now(), call.account.account_id
    _told(call, issue, log, before, "updated")
    return 200, call.lens.worklog(issue, log)


def delete_worklog(call: Call, key: str, number: str) -> Answer:
    """DELETE issue/{key}/worklog/{id}: one's own only."""
    issue = call.issue(key)
    log, before = _own(call, issue, number), spent(issue)
    issue.worklogs.remove(log)
    _told(call, issue, log, before, "deleted")
    return 204, None


def spent(issue: Issue) -> int | None:
    """All the seconds that were spent on an issue; none when nobody wrote any."""
    return sum(log.seconds for log in issue.worklogs) or None


def _told(call: Call, issue: Issue, log: Worklog, before: int | None, what: str) -> None:
    after = spent(issue)
    change = Change(
        field="timespent",
        field_id="timespent",
        before=str(before) if before else None,
        before_text=spent_words(before) if before else None,
        after=str(after) if after else None,
        after_text=spent_words(after) if after else None,
    )
    entry = call.jira.log(issue, call.account, [change])
    call.effect(f"worklog.{what}", issue, log.id)
    tell_worklog(call, f"worklog_{what}", issue, log)
    tell_updated(call, issue, entry, "issue_worklogged" if what == "created" else f"issue_worklog_{what}")


def _seconds(body: dict[str, Any]) -> int | None:
    words, given = body.get("timeSpent"), body.get("timeSpentSeconds")
    if isinstance(words, str) and SPENT.fullmatch(words):
        given = sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)([wdhm])", words))
    elif words is not None:
        raise JiraError(400, errors={"timeLogged": "Invalid time duration entered."})
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or given < 60):
        raise JiraError(400, errors={"timeLogged": "Time Spent must be at least a minute."})
    return given


def _started(call: Call, body: dict[str, Any]) -> datetime:
    if body.get("started") is None:
        return call.jira.clock.now()
    try:
        return datetime.strptime(str(body["started"]), "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise JiraError(400, errors={"started": "The form is yyyy-MM-dd'T'HH:mm:ss.SSSZ."}) from error


def _need(call: Call, issue: Issue) -> None:
    if not call.may("work", issue.project):
        raise JiraError(403, "You do not have the permission to associate a worklog to this issue.")


def _find(issue: Issue, number: str) -> Worklog:
    found = next((log for log in issue.worklogs if str(log.id) == number), None)
    if found is None:
        raise JiraError(404, f"Cannot find worklog with id: '{number}'.")
    return found


def _own(call: Call, issue: Issue, number: str) -> Worklog:
    log = _find(issue, number)
    _need(call, issue)
    if log.author != call.account.account_id:
        raise JiraError(403, "You do not have the permission to change this worklog.")
    return log
