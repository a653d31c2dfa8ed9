"""What all handlers of the service desk share: its way to say no, its pages, and finding what a path names."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.desk.records import RequestType, ServiceDesk
from sandbox.desk.render import Json, Window
from sandbox.desk.state import DeskState
from sandbox.jira.call import Call, JiraError
from sandbox.jira.records import Issue

T = TypeVar("T")
LARGEST_PAGE = 100


class DeskError(JiraError):
    """A refusal in the service desk's form."""

    def __init__(self, status: int, message: str, key: str = "sd.error", *parameters: str) -> None:
        super().__init__(status, message)
        self.body = told(message, key, *parameters)


class NoAgentError(JiraError):
    """Only agents may do this: 403 without a body, as the service answers who has no licence."""

    def __init__(self) -> None:
        super().__init__(403)
        self.body = None


def told(message: str, key: str = "sd.error", *parameters: str) -> Json:
    """The body of a refusal."""
    return {"errorMessage": message, "i18nErrorMessage": {"i18nKey": key, "parameters": list(parameters)}}


def in_desk_words(error: JiraError) -> Any:
    """Any refusal's body as the service desk words it."""
    if isinstance(error, DeskError | NoAgentError):
        return error.body
    if error.status == 401:
        return told("You must be logged in to access this resource.", "sd.rest.unauthorized")
    messages = [*error.body["errorMessages"], *error.errors.values()]
    return told(" ".join(messages) or "The request cannot be processed.", "sd.rest.refused")


def state_of(call: Call) -> DeskState:
    """The service desks."""
    return call.world.desk


def window(call: Call) -> Window:
    """The caller's view."""
    return Window(state=state_of(call), base=call.lens.base, reader=call.account.account_id)


def page(call: Call, items: Sequence[T], show: Callable[[T], Any], inner: str | None = None) -> Json:
    """A page of a list; a limit over the largest is told as asked, but fills no more than the largest.

    `inner` is the path of a list within another answer: its first page, whatever page of the outer one was asked for.
    """
    start, limit = (0, 50) if inner else (_number(call, "start", 0), _number(call, "limit", 50))
    shown = items[start : start + min(limit, LARGEST_PAGE)]
    place = call.lens.base + (
        f"/rest/servicedeskapi/{inner}" if inner else call.line.split(" ", 1)[1].partition("?")[0]
    )
    links = {"base": f"{call.lens.base}/rest/servicedeskapi", "context": "", "self": place}
    last = start + len(shown) >= len(items)
    if not last:
        links["next"] = f"{place}?start={start + len(shown)}&limit={limit}"
    if start:
        links["prev"] = f"{place}?start={max(0, start - limit)}&limit={limit}"
    said = {"_expands": [], "size": len(shown), "start": start, "limit": limit, "isLastPage": last, "_links": links}
    return {**said, "values": [show(item) for item in shown]}


def find_desk(call: Call, identifier: str) -> ServiceDesk:
    """The desk that a path names, seen by the caller; else 404."""
    desk = state_of(call).desk(identifier)
    if desk is None or not call.may("browse", call.jira.projects[desk.project]):
        raise DeskError(
            404, "The Service Desk you are trying to view does not exist.", "sd.error.servicedesk.not.found"
        )
    return desk


def find_agents_desk(call: Call, identifier: str) -> ServiceDesk:
    """The desk that a path names, for one of its agents; else 403 without a body."""
    desk = find_desk(call, identifier)
    if call.account.account_id not in desk.agents:
        raise NoAgentError
    return desk


def find_request_type(desk: ServiceDesk, identifier: str) -> RequestType:
    """A request type of a desk; else 404."""
    found = next((kind for kind in desk.request_types if kind.id == identifier), None)
    if found is None:
        raise DeskError(
            404, "The request type you are trying to view does not exist.", "sd.error.requesttype.not.found"
        )
    return found


def find_issue(call: Call, key: str) -> tuple[ServiceDesk, Issue]:
    """An issue of a service desk that the caller sees as agent or as a customer whom it concerns; else 404."""
    issue = call.jira.issue(key)
    desk = state_of(call).desk_of(issue.project) if issue else None
    if issue is None or desk is None or not _sees(call, desk, issue):
        raise DeskError(
            404, "Issue does not exist or you do not have permission to see it.", "sd.error.request.not.found"
        )
    return desk, issue


def find_request(call: Call, key: str) -> tuple[ServiceDesk, RequestType, Issue]:
    """Like `find_issue`, where an issue without a request type is no request."""
    desk, issue = find_issue(call, key)
    kind = state_of(call).request_type(issue)
    if kind is None:
        raise DeskError(404, "The request you are trying to view does not exist.", "sd.error.request.not.found")
    return desk, kind, issue


def find_agents_issue(call: Call, key: str) -> tuple[ServiceDesk, Issue]:
    """Like `find_issue`, for the desk's agents only."""
    desk, issue = find_issue(call, key)
    if call.account.account_id not in desk.agents:
        raise NoAgentError
    return desk, issue


def account_ids(call: Call, body: Json) -> list[str]:
    """The known people of a body's `accountIds`; 400 when one is unknown or the list malformed."""
    listed = body.get("accountIds")
    if not isinstance(listed, list):
        raise DeskError(400, "accountIds must be a list of account ids.", "sd.error.accountids")
    if unknown := [str(name) for name in listed if str(name) not in call.jira.accounts]:
        raise DeskError(400, f"Users were not found: {', '.join(unknown)}", "sd.error.users.not.found", *unknown)
    return [str(name) for name in listed]


def _sees(call: Call, desk: ServiceDesk, issue: Issue) -> bool:
    if call.account.account_id in desk.agents:
        return call.jira.may_browse(call.account, issue)
    return call.account.account_id in state_of(call).involved(issue)


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name) or str(default)
    if not text.isdecimal() or len(text) > 9:
        raise DeskError(400, f"The parameter {name} must be a whole number that is not negative.", "sd.error.paging")
    return int(text)
