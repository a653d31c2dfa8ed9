"""What Jira tells its webhooks about each kind of change; texts are strings, whatever version the writer spoke."""

from collections.abc import Callable, Container
from typing import Any

from sandbox.agile.render import agile_fields
from sandbox.clock import epoch_ms
from sandbox.desk.fields import desk_fields
from sandbox.jira.call import Call
from sandbox.jira.queries import fits
from sandbox.jira.records import Change, Comment, History, Issue, Link, Worklog
from sandbox.jira.render import Json, Lens
from sandbox.world import World

REDUCED = ("summary", "issuetype", "project", "assignee", "priority", "status")


def lens_of(world: World, version: str = "2", me: str | None = None) -> Lens:
    """How the site shows itself to somebody in a version; webhooks always speak version 2."""

    def more(base: str, user: Callable[[str], Any], issue: Issue, wanted: Container[str] | None) -> Json:
        said = agile_fields(world.jira.agile, issue)
        return {**said, **desk_fields(world.desk, base, user, issue, wanted)}

    return Lens(jira=world.jira, base=world.places.jira, version=version, more=more, me=me)


def tell_created(world: World, issue: Issue, by: str) -> None:
    """jira:issue_created, with a changelog of what it was made with, which no other answer tells."""
    payload = _about_issue(world, issue, by, "issue_created")
    items = [lens_of(world).change(change) for change in _beginnings(world, issue)]
    payload["changelog"] = {"id": str(world.jira.next_id()), "items": items}
    _tell(world, "jira:issue_created", payload, issue)


def tell_updated(call: Call, issue: Issue, entry: History | None, kind: str = "issue_updated") -> None:
    """jira:issue_updated with what changed; nothing changed, nothing said."""
    if entry is None:
        return
    payload = _about_issue(call.world, issue, call.account.account_id, kind)
    lens = lens_of(call.world)
    payload["changelog"] = {"id": str(entry.id), "items": [lens.change(change) for change in entry.changes]}
    _tell(call.world, "jira:issue_updated", payload, issue)


def tell_deleted(call: Call, issue: Issue) -> None:
    """jira:issue_deleted, as it was; call it before the issue is gone."""
    payload = _about_issue(call.world, issue, call.account.account_id, "issue_deleted")
    _tell(call.world, "jira:issue_deleted", payload, issue)


def tell_comment(call: Call, event: str, issue: Issue, comment: Comment) -> None:
    """comment_created, comment_updated, comment_deleted with a reduced issue."""
    lens = lens_of(call.world)
    fields = lens.fields(issue)
    reduced = lens.issue(issue, {name: fields[name] for name in REDUCED})
    del reduced["expand"]
    payload = {"comment": lens.comment(issue, comment), "issue": reduced, "eventType": "primaryAction"}
    _tell(call.world, event, payload, issue)


def tell_worklog(call: Call, event: str, issue: Issue, log: Worklog) -> None:
    """worklog_created, worklog_updated, worklog_deleted."""
    _tell(call.world, event, {"worklog": lens_of(call.world).worklog(issue, log)}, issue)


def tell_link(call: Call, event: str, link: Link) -> None:
    """issuelink_created, issuelink_deleted."""
    kind = link.type
    names = {"id": int(kind.id), "name": kind.name, "outwardName": kind.outward, "inwardName": kind.inward}
    said = {
        "id": link.id,
        "sourceIssueId": link.inward,
        "destinationIssueId": link.outward,
        "issueLinkType": {**names, "isSubTaskLinkType": False, "isSystemLinkType": False},
        "systemLink": False,
    }
    _tell(call.world, event, {"issueLink": said}, call.jira.issues[link.inward])


def _beginnings(world: World, issue: Issue) -> list[Change]:
    """The fields of a new issue, as changes from nothing."""
    people = [(name, getattr(issue, name)) for name in ("assignee", "reporter")]
    said = [(name, who, world.jira.accounts[who].name) for name, who in people if who]
    said += [("description", None, issue.description)] if issue.description else []
    said += [("priority", issue.priority.id, issue.priority.name)] if issue.priority else []
    said += [("status", issue.status.id, issue.status.name), ("summary", None, issue.summary)]
    return [
        Change(field="Status" if name == "status" else name, field_id=name, after=value, after_text=words)
        for name, value, words in sorted(said)
    ]


def _about_issue(world: World, issue: Issue, by: str, kind: str) -> Json:
    lens = lens_of(world)
    about = lens.issue(issue, lens.fields(issue))
    del about["expand"]
    return {"issue_event_type_name": kind, "user": lens.user(by), "issue": about}


def _tell(world: World, event: str, payload: dict[str, Any], issue: Issue) -> None:
    stamp = {"timestamp": epoch_ms(world.clock.now()), "webhookEvent": event}
    world.webhooks.emit(event, {**stamp, **payload}, lambda jql: fits(world, jql, issue))
