"""What the site offers: its version, its service desks, their request types and forms, their queues."""

from typing import Any

from sandbox.desk.call import DeskError, find_agents_desk, find_desk, find_request_type, page, state_of, window
from sandbox.desk.records import FormField, Queue, RequestType, ServiceDesk
from sandbox.jira.call import Answer, Call
from sandbox.jira.issues import chosen_fields
from sandbox.jira.records import Issue
from sandbox.jira.search import found_by


def info(call: Call) -> Answer:
    """GET info."""
    eyes = window(call)
    return 200, {
        "version": "5.16.0",
        "platformVersion": "1001.0.0-SNAPSHOT",
        "buildDate": eyes.date(call.jira.clock.now()),
        "buildChangeSet": "sandbox",
        "isLicensedForUse": True,
        "_links": eyes.link("info"),
    }


def list_desks(call: Call) -> Answer:
    """GET servicedesk: those whose project the caller may browse."""
    desks = [desk for desk in state_of(call).desks.values() if call.may("browse", call.jira.projects[desk.project])]
    return 200, page(call, desks, window(call).desk)


def get_desk(call: Call, desk: str) -> Answer:
    """GET servicedesk/{id}."""
    return 200, window(call).desk(find_desk(call, desk))


def list_request_types(call: Call, desk: str) -> Answer:
    """GET servicedesk/{id}/requesttype?groupId=&searchQuery=, with expand=field."""
    return 200, _page_of_types(call, [find_desk(call, desk)])


def list_all_request_types(call: Call) -> Answer:
    """GET requesttype?serviceDeskId=&searchQuery=: those of all desks."""
    wanted = call.query.getlist("serviceDeskId")
    desks = [find_desk(call, name) for name in wanted or state_of(call).desks]
    return 200, _page_of_types(call, desks)


def get_request_type(call: Call, desk: str, kind: str) -> Answer:
    """GET servicedesk/{id}/requesttype/{id}."""
    place = find_desk(call, desk)
    return 200, window(call).request_type(place, find_request_type(place, kind), with_fields=call.expands("field"))


def get_form(call: Call, desk: str, kind: str) -> Answer:
    """GET servicedesk/{id}/requesttype/{id}/field."""
    place = find_desk(call, desk)
    return 200, window(call).form(place, find_request_type(place, kind))


def post_request_type(call: Call, desk: str) -> Answer:
    """POST servicedesk/{id}/requesttype: a new one with a summary and a description, by an agent."""
    place, body = find_agents_desk(call, desk), call.body()
    types = [named.id for named in call.jira.issue_types]
    if not isinstance(body.get("name"), str) or not body["name"].strip() or body.get("issueTypeId") not in types:
        raise DeskError(400, "A request type needs a name and a valid issueTypeId.", "sd.error.requesttype.create")
    form = [("summary", "Summary", True), ("description", "Description", False)]
    kind = RequestType(
        id=str(call.jira.next_id()),
        name=body["name"].strip(),
        description=str(body.get("description") or ""),
        help_text=str(body.get("helpText") or ""),
        issue_type=body["issueTypeId"],
        groups=(),
        fields=tuple(FormField(id=i, label=n, required=r, kind="string", options=()) for i, n, r in form),
    )
    place.request_types.append(kind)
    call.effect("requesttype.created", None, kind.id)
    return 200, window(call).request_type(place, kind)


def delete_request_type(call: Call, desk: str, kind: str) -> Answer:
    """DELETE servicedesk/{id}/requesttype/{id}, by an agent; its requests become plain issues."""
    place = find_agents_desk(call, desk)
    gone = find_request_type(place, kind)
    place.request_types.remove(gone)
    call.effect("requesttype.deleted", None, gone.id)
    return 204, None


def list_groups(call: Call, desk: str) -> Answer:
    """GET servicedesk/{id}/requesttypegroup."""
    groups = [*enumerate(find_desk(call, desk).groups, 1)]
    return 200, page(call, groups, lambda group: {"id": str(group[0]), "name": group[1]})


def list_queues(call: Call, desk: str) -> Answer:
    """GET servicedesk/{id}/queue?includeCount=."""
    place = find_agents_desk(call, desk)
    return 200, page(call, place.queues, lambda queue: _shown(call, place, queue))


def get_queue(call: Call, desk: str, queue: str) -> Answer:
    """GET servicedesk/{id}/queue/{id}?includeCount=."""
    place = find_agents_desk(call, desk)
    return 200, _shown(call, place, _queue(place, queue))


def list_queued(call: Call, desk: str, queue: str) -> Answer:
    """GET servicedesk/{id}/queue/{id}/issue: the requests in the queue's order with the queue's fields."""
    wanted = _queue(find_agents_desk(call, desk), queue)

    def show(issue: Issue) -> Any:
        said = call.lens.issue(issue, chosen_fields(call, issue, [*wanted.fields]))
        return {name: value for name, value in said.items() if name != "expand"}

    return 200, page(call, found_by(call, wanted.jql), show)


def _page_of_types(call: Call, desks: list[ServiceDesk]) -> Any:
    text, group = call.query.get("searchQuery", "").lower(), call.query.get("groupId")
    kinds = [(desk, kind) for desk in desks for kind in desk.request_types]
    found = [
        (desk, kind)
        for desk, kind in kinds
        if text in f"{kind.name} {kind.description}".lower() and group in (None, "", *kind.groups)
    ]
    eyes, fields = window(call), call.expands("field")
    return page(call, found, lambda pair: eyes.request_type(*pair, with_fields=fields))


def _queue(desk: ServiceDesk, identifier: str) -> Queue:
    found = next((queue for queue in desk.queues if queue.id == identifier), None)
    if found is None:
        raise DeskError(404, "The queue you are trying to view does not exist.", "sd.error.queue.not.found")
    return found


def _shown(call: Call, desk: ServiceDesk, queue: Queue) -> Any:
    counted = call.query.get("includeCount", "").lower() == "true"
    return window(call).queue(desk, queue, len(found_by(call, queue.jql)) if counted else None)
