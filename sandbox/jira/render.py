"""Jira's records as its JSON, in the words of one API version. Reads only."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.jira.adf import to_adf
from sandbox.jira.records import (
    Attachment,
    Change,
    Comment,
    History,
    Issue,
    Link,
    LinkType,
    Named,
    Project,
    RemoteLink,
    Status,
    Transition,
    Worklog,
)
from sandbox.jira.state import JiraState, is_public

Json = dict[str, Any]
AVATAR = 10_300
CATEGORIES = {
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}


def jira_time(moment: datetime) -> str:
    """Jira's form of a time: milliseconds and `+0000`."""
    moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def spent_words(seconds: int) -> str:
    """A time that was spent, in weeks of 5 days of 8 hours."""
    said, left = [], seconds // 60
    for unit, minutes in (("w", 2400), ("d", 480), ("h", 60), ("m", 1)):
        count, left = divmod(left, minutes)
        said += [f"{count}{unit}"] if count else []
    return " ".join(said) or "0m"


def _of(about: Json, *names: str) -> Json:
    return {name: about[name] for name in names if name in about}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Renders for one site address and one API version ("2" gives strings for texts, "3" documents).

    `more` gives the fields that other products add to an issue: from the address, how to show a person, the issue, and
    the names that are wanted (none = all). `me` is the account that reads.
    """

    jira: JiraState
    base: str
    version: str
    more: Callable[[str, Callable[[str], Any], Issue, Container[str] | None], Json]
    me: str | None = None

    def url(self, path: str) -> str:
        """The `self` of a resource."""
        return f"{self.base}/rest/api/{self.version}/{path}"

    def text(self, value: str | None) -> Any:
        """A long text as this version tells it."""
        return to_adf(value) if self.version == "3" and value is not None else value

    def user(self, account_id: str | None) -> Json | None:
        """A person; the address only where the profile shows it."""
        if account_id is None:
            return None
        account = self.jira.accounts[account_id]
        said = {
            "self": self.url(f"user?accountId={account_id}"),
            "accountId": account_id,
            "displayName": account.name,
            "active": account.active,
            "timeZone": account.time_zone,
            "accountType": account.kind,
            "avatarUrls": {size: f"{self.base}/avatar/{account_id}?size={size[:2]}" for size in ("16x16", "48x48")},
        }
        return {**said, "emailAddress": account.email} if account.email_visible else said

    def status(self, status: Status) -> Json:
        """A status with its category."""
        return {
            "self": self.url(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.base}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        }

    def category(self, key: str) -> Json:
        """A category of statuses."""
        number, colour, name = CATEGORIES[key]
        said = {"self": self.url(f"statuscategory/{number}"), "id": number, "key": key}
        return {**said, "colorName": colour, "name": name}

    def named(self, kind: str, named: Named | None) -> Json | None:
        """A priority or resolution, or a component or version in short."""
        return {"self": self.url(f"{kind}/{named.id}"), "id": named.id, "name": named.name} if named else None

    def component(self, named: Named) -> Json:
        """A component as an issue shows it."""
        said = {"self": self.url(f"component/{named.id}"), "id": named.id, "name": named.name}
        return {**said, **_of(self.jira.details.get(named.id, {}), "description")}

    def version_of_project(self, named: Named) -> Json:
        """A version as an issue shows it."""
        about = {"archived": False, "released": False, **self.jira.details.get(named.id, {})}
        return {"self": self.url(f"version/{named.id}"), "id": named.id, "name": named.name, **about}

    def lead(self, project: Project) -> Json:
        """The property that names a project's lead, where it has one."""
        return {"lead": self.user(project.lead)} if project.lead else {}

    def priority(self, named: Named | None) -> Json | None:
        """A priority."""
        said = self.named("priority", named)
        return said and {**said, "iconUrl": f"{self.base}/images/icons/priorities/{said['id']}.svg"}

    def resolution(self, named: Named | None) -> Json | None:
        """A resolution."""
        said = self.named("resolution", named)
        return said and {**said, "description": ""}

    def issue_type(self, named: Named) -> Json:
        """An issue type."""
        said = {"self": self.url(f"issuetype/{named.id}"), "id": named.id, "description": "", "name": named.name}
        level = -1 if named.subtask else 0
        icon = f"{self.base}/images/icons/issuetypes/{named.id}.svg"
        return {**said, "iconUrl": icon, "subtask": named.subtask, "hierarchyLevel": level, "avatarId": AVATAR}

    def project(self, project: Project) -> Json:
        """A project in short."""
        return {
            "self": self.url(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": project.type,
            "simplified": False,
            "avatarUrls": {"48x48": f"{self.base}/avatar/project/{project.id}"},
        }

    def link_type(self, kind: LinkType) -> Json:
        """A link type."""
        said = {"id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward}
        return {**said, "self": self.url(f"issueLinkType/{kind.id}")}

    def linked(self, issue: Issue) -> Json:
        """The short form of an issue at the other end of a link."""
        fields = {
            "summary": issue.summary,
            "status": self.status(issue.status),
            "priority": self.priority(issue.priority),
            "issuetype": self.issue_type(issue.type),
        }
        return {"id": str(issue.id), "key": issue.key, "self": self.url(f"issue/{issue.id}"), "fields": fields}

    def link(self, link: Link) -> Json:
        """A link with both ends."""
        said = {"id": str(link.id), "self": self.url(f"issueLink/{link.id}"), "type": self.link_type(link.type)}
        ends = {"inwardIssue": link.inward, "outwardIssue": link.outward}
        return {**said, **{end: self.linked(self.jira.issues[number]) for end, number in ends.items()}}

    def link_seen_from(self, issue: Issue, link: Link) -> Json:
        """A link as one of its ends shows it: only the other end."""
        said = self.link(link)
        del said["inwardIssue" if link.inward == issue.id else "outwardIssue"]
        return said

    def comment(self, issue: Issue, comment: Comment, *, with_properties: bool = False) -> Json:
        """A comment."""
        said = {
            "self": self.url(f"issue/{issue.id}/comment/{comment.id}"),
            "id": str(comment.id),
            "author": self.user(comment.author),
            "body": self.text(comment.body),
            "updateAuthor": self.user(comment.update_author),
            "created": jira_time(comment.created),
            "updated": jira_time(comment.updated),
            "jsdPublic": is_public(comment),
        }
        if with_properties:
            said["properties"] = [{"key": key, "value": value} for key, value in comment.properties.items()]
        return said

    def change(self, change: Change) -> Json:
        """One item of a changelog entry."""
        said = {"field": change.field, "fieldtype": "jira", "fieldId": change.field_id}
        ends = {"from": change.before, "fromString": change.before_text}
        return {**said, **ends, "to": change.after, "toString": change.after_text}

    def history(self, entry: History) -> Json:
        """One changelog entry."""
        said = {"id": str(entry.id), "author": self.user(entry.author), "created": jira_time(entry.created)}
        return {**said, "items": [self.change(change) for change in entry.changes]}

    def transition(self, move: Transition) -> Json:
        """A move, with its screen's fields."""
        resolutions = [self.resolution(named) for named in self.jira.resolutions]
        said = {"id": move.id, "name": move.name, "to": self.status(self.jira.statuses[move.to])}
        flags = {"hasScreen": bool(move.screen), "isGlobal": False, "isInitial": False, "isConditional": False}
        fields = {
            name: {
                "required": True,
                "schema": {"type": name, "system": name},
                "name": name.capitalize(),
                "key": name,
                "operations": ["set"],
                "hasDefaultValue": False,
                **({"allowedValues": resolutions} if name == "resolution" else {}),
            }
            for name in move.screen
        }
        return {**said, **flags, "isAvailable": True, "looped": False, "fields": fields}

    def remote_link(self, issue: Issue, link: RemoteLink) -> Json:
        """A remote link."""
        said = {"id": link.id, "self": self.url(f"issue/{issue.key}/remotelink/{link.id}")}
        return {**said, **({"globalId": link.global_id} if link.global_id else {}), **link.body}

    def fields(self, issue: Issue, wanted: Container[str] | None = None) -> Json:
        """Every field of an issue except its comments; of what is far to fetch only the `wanted` fields are filled."""
        here = self.jira
        parent = here.issues.get(issue.parent) if issue.parent else None
        children = here.children_of(issue) if wanted is None or "subtasks" in wanted else ()
        return {
            "summary": issue.summary,
            "description": self.text(issue.description),
            "environment": self.text(issue.environment),
            "issuetype": self.issue_type(issue.type),
            "project": self.project(issue.project),
            "status": self.status(issue.status),
            "priority": self.priority(issue.priority),
            "resolution": self.resolution(issue.resolution),
            "resolutiondate": issue.resolved_at and jira_time(issue.resolved_at),
            "labels": list(issue.labels),
            "components": [self.component(named) for named in issue.components],
            "versions": [self.version_of_project(named) for named in issue.versions],
            "fixVersions": [self.version_of_project(named) for named in issue.fix_versions],
            "assignee": self.user(issue.assignee),
            "reporter": self.user(issue.reporter),
            "creator": self.user(issue.creator),
            "created": jira_time(issue.created),
            "updated": jira_time(issue.updated),
            "duedate": issue.due,
            "security": issue.security and {"id": issue.security, "name": issue.security, "description": ""},
            "subtasks": [self.linked(child) for child in children],
            "issuelinks": [self.link_seen_from(issue, link) for link in here.links_of(issue)],
            "attachment": [self.attachment(file) for file in issue.attachments],
            "workratio": -1,
            "votes": self.votes(issue),
            "watches": self.watches(issue),
            **self.time(issue),
            "lastViewed": None,
            **({"parent": self.linked(parent)} if parent else {}),
            **issue.custom,
            **self.more(self.base, self.user, issue, wanted),
        }

    def time(self, issue: Issue) -> Json:
        """What was spent; nobody estimates here."""
        spent = sum(log.seconds for log in issue.worklogs)
        said = {"timeSpent": spent_words(spent), "timeSpentSeconds": spent} if spent else {}
        estimates = {"timeestimate": None, "timeoriginalestimate": None}
        return {
            "timespent": spent or None,
            "timetracking": said,
            "progress": {"progress": spent, "total": spent},
        } | estimates

    def votes(self, issue: Issue) -> Json:
        """How many vote for an issue, and whether the reader does."""
        said = {"self": self.url(f"issue/{issue.key}/votes"), "votes": len(issue.voters)}
        return {**said, "hasVoted": self.me in issue.voters}

    def attachment(self, file: Attachment) -> Json:
        """A file on an issue."""
        return {
            "self": self.url(f"attachment/{file.id}"),
            "id": str(file.id),
            "filename": file.name,
            "author": self.user(file.author),
            "created": jira_time(file.created),
            "size": len(file.content),
            "mimeType": file.kind,
            "content": self.url(f"attachment/content/{file.id}"),
        }

    def watches(self, issue: Issue) -> Json:
        """How many watch an issue, and whether the reader does."""
        watching = self.me in issue.watchers
        place = self.url(f"issue/{issue.key}/watchers")
        return {"self": place, "watchCount": len(issue.watchers), "isWatching": watching}

    def worklog(self, issue: Issue, log: Worklog) -> Json:
        """Time that somebody spent."""
        said = {
            "self": self.url(f"issue/{issue.id}/worklog/{log.id}"),
            "id": str(log.id),
            "issueId": str(issue.id),
            "author": self.user(log.author),
            "updateAuthor": self.user(log.update_author),
            "created": jira_time(log.created),
            "updated": jira_time(log.updated),
            "started": jira_time(log.started),
            "timeSpent": spent_words(log.seconds),
            "timeSpentSeconds": log.seconds,
        }
        return {**said, "comment": self.text(log.comment)} if log.comment else said

    def worklogs(self, issue: Issue) -> Json:
        """The field `worklog`: the first 20."""
        listed = [self.worklog(issue, log) for log in issue.worklogs[:20]]
        return {"startAt": 0, "maxResults": 20, "total": len(issue.worklogs), "worklogs": listed}

    def comments(self, issue: Issue) -> Json:
        """The field `comment`: all comments in one page."""
        listed = [self.comment(issue, comment) for comment in issue.comments]
        said = {"comments": listed, "self": self.url(f"issue/{issue.id}/comment"), "maxResults": len(listed)}
        return {**said, "total": len(listed), "startAt": 0}

    def issue(self, issue: Issue, fields: Json) -> Json:
        """An issue around chosen fields."""
        said = {"expand": "renderedFields,names,schema,operations,editmeta,changelog", "id": str(issue.id)}
        return {**said, "self": self.url(f"issue/{issue.id}"), "key": issue.key, "fields": fields}
