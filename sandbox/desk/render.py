"""The service desks' records as the JSON of their REST API, for one reader. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import epoch_ms
from sandbox.desk.approving import Approval
from sandbox.desk.clocks import Clock
from sandbox.desk.records import Organization, Queue, RequestType, ServiceDesk
from sandbox.desk.sla import Cycle
from sandbox.desk.state import DeskState
from sandbox.desk.timeline import statuses_of
from sandbox.desk.words import duration, form_field, friendly_date
from sandbox.jira.records import Comment, Issue, Status
from sandbox.jira.state import is_public

Json = dict[str, Any]
CATEGORIES = {"new": "NEW", "indeterminate": "INDETERMINATE", "done": "DONE"}
EXPANDS = ["participant", "status", "sla", "requestType", "serviceDesk", "attachment", "action", "comment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a reader sees of the desks: at a site's address, in the reader's time zone, with their own rights."""

    state: DeskState
    base: str
    reader: str | None = None

    def url(self, path: str) -> str:
        """The address of a resource."""
        return f"{self.base}/rest/servicedeskapi/{path}"

    def link(self, path: str) -> Json:
        """The `_links` of a resource."""
        return {"self": self.url(path)}

    def date(self, moment: datetime) -> Json:
        """A date in its four forms, in the reader's time zone."""
        reader = self.state.jira.accounts.get(self.reader or "")
        zone = ZoneInfo(reader.time_zone if reader else "Etc/UTC")
        local, now = moment.astimezone(zone), self.state.jira.clock.now().astimezone(zone)
        offset = local.strftime("%z")
        return {
            "iso8601": local.strftime("%Y-%m-%dT%H:%M:%S") + offset,
            "jira": local.strftime("%Y-%m-%dT%H:%M:%S.") + f"{local.microsecond // 1000:03d}{offset}",
            "friendly": friendly_date(local, now),
            "epochMillis": epoch_ms(moment),
        }

    def user(self, account_id: str) -> Json:
        """A customer or agent; the address only where the profile shows it, or to oneself."""
        account = self.state.jira.accounts[account_id]
        place = f"{self.base}/rest/api/2/user?accountId={account_id}"
        sizes = {
            size: f"{self.base}/avatar/{account_id}?size={size[:2]}" for size in ("16x16", "24x24", "32x32", "48x48")
        }
        said = {
            "accountId": account_id,
            "displayName": account.name,
            "active": account.active,
            "timeZone": account.time_zone,
            "_links": {"jiraRest": place, "avatarUrls": sizes, "self": place},
        }
        seen = account.email_visible or account_id == self.reader
        return {**said, "emailAddress": account.email} if seen else said

    def desk(self, desk: ServiceDesk) -> Json:
        """A service desk."""
        project = self.state.jira.projects[desk.project]
        said = {"id": desk.id, "projectId": project.id, "projectName": project.name, "projectKey": project.key}
        return {**said, "projectTypeKey": "service_desk", "_links": self.link(f"servicedesk/{desk.id}")}

    def request_type(self, desk: ServiceDesk, kind: RequestType, *, with_fields: bool = False) -> Json:
        """A request type."""
        icons = {size: f"{self.base}/avatar/requesttype/{kind.id}?size={size[:2]}" for size in ("16x16", "48x48")}
        said = {
            "_expands": ["field"],
            "id": kind.id,
            "_links": self.link(f"servicedesk/{desk.id}/requesttype/{kind.id}"),
            "name": kind.name,
            "description": kind.description,
            "helpText": kind.help_text,
            "issueTypeId": kind.issue_type,
            "serviceDeskId": desk.id,
            "portalId": desk.id,
            "groupIds": list(kind.groups),
            "icon": {"id": kind.id, "_links": {"iconUrls": icons}},
        }
        return {**said, "fields": self.form(desk, kind)} if with_fields else said

    def form(self, desk: ServiceDesk, kind: RequestType) -> Json:
        """The form of a request type, and what the reader may do with it."""
        return {
            "requestTypeFields": [form_field(field) for field in kind.fields],
            "canRaiseOnBehalfOf": self.reader in desk.agents,
            "canAddRequestParticipants": True,
        }

    def queue(self, desk: ServiceDesk, queue: Queue, count: int | None = None) -> Json:
        """A queue, with how many requests are in it where that was asked."""
        said = {"id": queue.id, "name": queue.name, "jql": queue.jql, "fields": list(queue.fields)}
        counted = {} if count is None else {"issueCount": count}
        return {**said, **counted, "_links": self.link(f"servicedesk/{desk.id}/queue/{queue.id}")}

    def status(self, status: Status, since: datetime) -> Json:
        """A status and when it was attained."""
        category = CATEGORIES.get(status.category, "UNDEFINED")
        return {"status": status.name, "statusCategory": category, "statusDate": self.date(since)}

    def request(self, desk: ServiceDesk, kind: RequestType, issue: Issue) -> Json:
        """A request without what must be asked for."""
        since, status = statuses_of(self.state.jira, issue)[-1]
        said: Json = {
            "_expands": EXPANDS,
            "issueId": str(issue.id),
            "issueKey": issue.key,
            "summary": issue.summary,
            "requestTypeId": kind.id,
            "serviceDeskId": desk.id,
            "createdDate": self.date(issue.created),
            "requestFieldValues": self._values(kind, issue),
            "currentStatus": self.status(status, since),
            "_links": self.request_links(desk, issue),
        }
        return {**said, "reporter": self.user(issue.reporter)} if issue.reporter else said

    def request_links(self, desk: ServiceDesk, issue: Issue) -> Json:
        """Where a request is to be found."""
        return {
            "jiraRest": f"{self.base}/rest/api/2/issue/{issue.id}",
            "web": f"{self.base}/servicedesk/customer/portal/{desk.id}/{issue.key}",
            "agent": f"{self.base}/browse/{issue.key}",
            "self": self.url(f"request/{issue.id}"),
        }

    def comment(self, issue: Issue, comment: Comment) -> Json:
        """A comment."""
        return {
            "_expands": ["attachment", "renderedBody"],
            "id": str(comment.id),
            "body": comment.body,
            "public": is_public(comment),
            "author": self.user(comment.author),
            "created": self.date(comment.created),
            "_links": self.link(f"request/{issue.id}/comment/{comment.id}"),
        }

    def organization(self, organization: Organization) -> Json:
        """An organization."""
        said = {"id": organization.id, "name": organization.name, "created": self.date(organization.created)}
        return {**said, "scimManaged": False, "_links": self.link(f"organization/{organization.id}")}

    def clock(self, issue: Issue, clock: Clock) -> Json:
        """An SLA with its cycles; a clock that never started has none."""
        metric, cycles = clock
        said: Json = {"id": metric.id, "name": metric.name, "_links": self.link(f"request/{issue.id}/sla/{metric.id}")}
        said["completedCycles"] = [self._completed(cycle) for cycle in cycles if cycle.stopped]
        if ongoing := [cycle for cycle in cycles if cycle.stopped is None]:
            said["ongoingCycle"] = self._ongoing(ongoing[0])
        return {**said, "slaDisplayFormat": "NEW_SLA_FORMAT"}

    def approval(self, issue: Issue, approval: Approval) -> Json:
        """An approval with who was asked and what they said."""
        said: Json = {
            "id": approval.id,
            "name": approval.step.name,
            "finalDecision": approval.decision,
            "canAnswerApproval": approval.may_answer(self.reader or ""),
            "approvers": [
                {"approver": self.user(person), "approverDecision": _said_by(approval, person)}
                for person in approval.asked
            ],
            "createdDate": self.date(approval.created),
            "_links": self.link(f"request/{issue.id}/approval/{approval.id}"),
        }
        return {**said, "completedDate": self.date(approval.completed)} if approval.completed else said

    def _values(self, kind: RequestType, issue: Issue) -> list[Json]:
        shown = []
        for field in kind.fields:
            read = SHOWN.get(field.id)
            value = read(issue) if read else issue.custom.get(field.id)
            if value is not None:
                shown.append({"fieldId": field.id, "label": field.label, "value": value})
        return shown

    def _completed(self, cycle: Cycle) -> Json:
        stopped = {"stopTime": self.date(cycle.stopped)} if cycle.stopped else {}
        return {"startTime": self.date(cycle.started), **stopped, **self._spent(cycle)}

    def _ongoing(self, cycle: Cycle) -> Json:
        flags = {"paused": cycle.paused, "withinCalendarHours": cycle.within_hours}
        return {"startTime": self.date(cycle.started), **self._spent(cycle), **flags}

    def _spent(self, cycle: Cycle) -> Json:
        breach = {"breachTime": self.date(cycle.breaches_at)} if cycle.breaches_at else {}
        return {
            **breach,
            "breached": cycle.breached,
            "goalDuration": duration(cycle.goal),
            "elapsedTime": duration(cycle.elapsed),
            "remainingTime": duration(cycle.remaining),
        }


SHOWN: dict[str, Callable[[Issue], Any]] = {
    "summary": lambda issue: issue.summary,
    "description": lambda issue: issue.description,
    "duedate": lambda issue: issue.due,
    "labels": lambda issue: [*issue.labels] or None,
    "priority": lambda issue: issue.priority and {"id": issue.priority.id, "name": issue.priority.name},
    "components": lambda issue: [{"id": named.id, "name": named.name} for named in issue.components] or None,
}


def _said_by(approval: Approval, person: str) -> str:
    said = [vote.approved for vote in approval.votes if vote.account == person]
    return ("approved" if said[0] else "declined") if said else "pending"
