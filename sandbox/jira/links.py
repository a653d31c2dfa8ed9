"""Links between issues, and remote links to things outside of Jira.

The issue given as `inwardIssue` shows the other as `outwardIssue`; the other shows it as `inwardIssue`.
"""

from typing import Any

from sandbox.jira.call import NOT_THERE, Answer, Call, JiraError
from sandbox.jira.comments import add_comment, comments_to_add
from sandbox.jira.payloads import tell_link
from sandbox.jira.records import Change, Issue, Link, LinkType, RemoteLink


def post_link(call: Call) -> Answer:
    """POST issueLink: 201 and no body, also when these two already have a link of this type."""
    body = call.body()
    kind = _type_of(call, body.get("type"))
    inward, outward = _end(call, body.get("inwardIssue")), _end(call, body.get("outwardIssue"))
    if inward is outward:
        raise JiraError(400, "You cannot link an issue to itself.")
    if not call.may("link", inward.project):
        raise JiraError(401, f"No Link Issue Permission for issue '{inward.key}'")
    comments = comments_to_add(call, inward, {"comment": [{"add": body["comment"]}]}) if body.get("comment") else []
    if not _already(call, kind, inward, outward):
        _add_link(call, kind, inward, outward)
    for text, properties in comments:
        add_comment(call, inward, text, properties)
    return 201, None


def get_link(call: Call, number: str) -> Answer:
    """GET issueLink/{id}."""
    return 200, call.lens.link(_find(call, number))


def delete_link(call: Call, number: str) -> Answer:
    """DELETE issueLink/{id}."""
    link = _find(call, number)
    inward, outward = call.jira.issues[link.inward], call.jira.issues[link.outward]
    if not call.may("link", inward.project):
        raise JiraError(401, f"No Link Issue Permission for issue '{inward.key}'")
    call.jira.remove_link(link)
    for here, there, words in ((inward, outward, link.type.outward), (outward, inward, link.type.inward)):
        gone = Change(
            field="Link", field_id="issuelinks", before=there.key, before_text=f"This issue {words} {there.key}"
        )
        call.jira.log(here, call.account, [gone])
    call.effect("link.deleted", inward, link.id)
    tell_link(call, "issuelink_deleted", link)
    return 204, None


def list_link_types(call: Call) -> Answer:
    """GET issueLinkType."""
    return 200, {"issueLinkTypes": [call.lens.link_type(kind) for kind in call.jira.link_types]}


def get_link_type(call: Call, number: str) -> Answer:
    """GET issueLinkType/{id}."""
    return 200, call.lens.link_type(_type_of(call, {"id": number}))


def list_remote_links(call: Call, key: str) -> Answer:
    """GET issue/{key}/remotelink, or the one with `globalId`."""
    issue, wanted = call.issue(key), call.query.get("globalId")
    if wanted is None:
        return 200, [call.lens.remote_link(issue, link) for link in issue.remote_links]
    found = next((link for link in issue.remote_links if link.global_id == wanted), None)
    if found is None:
        raise JiraError(404, f"The remote issue link with the global id {wanted} does not exist.")
    return 200, call.lens.remote_link(issue, found)


def post_remote_link(call: Call, key: str) -> Answer:
    """POST issue/{key}/remotelink: 201 when new, 200 when one with this global id was there and is replaced."""
    issue, body = call.issue(key), _about(dict(call.body()))
    identity = body.pop("globalId", None)
    known = next((link for link in issue.remote_links if identity and link.global_id == identity), None)
    link = known or RemoteLink(id=call.jira.next_id(), global_id=identity, body=body)
    link.body = body
    if known is None:
        issue.remote_links.append(link)
    call.effect("remotelink.set", issue, link.id)
    return (200 if known else 201), {"id": link.id, "self": call.lens.url(f"issue/{issue.key}/remotelink/{link.id}")}


def delete_remote_link(call: Call, key: str) -> Answer:
    """DELETE issue/{key}/remotelink?globalId=."""
    issue, wanted = call.issue(key), call.query.get("globalId")
    found = next((link for link in issue.remote_links if link.global_id == wanted), None)
    if found is None:
        raise JiraError(404, f"The remote issue link with the global id {wanted} does not exist.")
    issue.remote_links.remove(found)
    call.effect("remotelink.deleted", issue, found.id)
    return 204, None


def get_remote_link(call: Call, key: str, number: str) -> Answer:
    """GET issue/{key}/remotelink/{id}."""
    issue = call.issue(key)
    return 200, call.lens.remote_link(issue, _remote(issue, number))


def put_remote_link(call: Call, key: str, number: str) -> Answer:
    """PUT issue/{key}/remotelink/{id}."""
    issue, body = call.issue(key), dict(call.body())
    link = _remote(issue, number)
    link.global_id = body.pop("globalId", link.global_id)
    link.body = _about(body)
    call.effect("remotelink.set", issue, link.id)
    return 204, None


def drop_remote_link(call: Call, key: str, number: str) -> Answer:
    """DELETE issue/{key}/remotelink/{id}."""
    issue = call.issue(key)
    link = _remote(issue, number)
    issue.remote_links.remove(link)
    call.effect("remotelink.deleted", issue, link.id)
    return 204, None


def application_links(call: Call) -> Answer:
    """GET listApplicationlinks: the site is linked to no other."""
    return 200, {"list": []}


def _remote(issue: Issue, number: str) -> RemoteLink:
    found = next((link for link in issue.remote_links if str(link.id) == number), None)
    if found is None:
        raise JiraError(404, f"The remote issue link with the id {number} does not exist.")
    return found


def _about(body: dict[str, Any]) -> dict[str, Any]:
    thing = body.get("object")
    if not isinstance(thing, dict) or not thing.get("url") or not thing.get("title"):
        raise JiraError(400, errors={"object": "The object needs a title and a url."})
    return body


def _already(call: Call, kind: LinkType, inward: Issue, outward: Issue) -> bool:
    same = (kind.id, inward.id, outward.id)
    return any((link.type.id, link.inward, link.outward) == same for link in call.jira.links_of(inward))


def _add_link(call: Call, kind: LinkType, inward: Issue, outward: Issue) -> None:
    link = Link(id=call.jira.next_id(), type=kind, inward=inward.id, outward=outward.id)
    call.jira.add_link(link)
    for here, there, words in ((inward, outward, kind.outward), (outward, inward, kind.inward)):
        change = Change(
            field="Link", field_id="issuelinks", after=there.key, after_text=f"This issue {words} {there.key}"
        )
        call.jira.log(here, call.account, [change])
    call.effect("link.created", inward, link.id)
    tell_link(call, "issuelink_created", link)


def _type_of(call: Call, wanted: Any) -> LinkType:
    wanted = wanted if isinstance(wanted, dict) else {}
    for kind in call.jira.link_types:
        if kind.id == str(wanted.get("id", "")) or kind.name.lower() == str(wanted.get("name", "")).lower():
            return kind
    raise JiraError(404, f"No issue link type with name '{wanted.get('name', wanted.get('id'))}' found.")


def _end(call: Call, wanted: Any) -> Issue:
    wanted = wanted if isinstance(wanted, dict) else {}
    return call.issue(str(wanted.get("key") or wanted.get("id") or "-"))


def _find(call: Call, number: str) -> Link:
    link = call.jira.links.get(int(number)) if number.isdecimal() else None
    ends = [call.jira.issues[end] for end in (link.inward, link.outward)] if link else []
    if link is None or not all(call.jira.may_browse(call.account, issue) for issue in ends):
        raise JiraError(404, f"No issue link with id '{number}' exists." if link is None else NOT_THERE)
    return link
