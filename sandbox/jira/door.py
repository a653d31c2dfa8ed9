"""Jira's front door: routes, Basic authentication, JSON in and out, one lock around every request."""

import json
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.agile.door import AGILE_ROUTES
from sandbox.desk.call import in_desk_words
from sandbox.desk.door import DESK_ROUTES
from sandbox.jira import (
    access,
    catalog,
    changelogs,
    comments,
    fetching,
    issues,
    links,
    people,
    properties,
    queries,
    roles,
    screens,
    search,
    transitions,
    watching,
    webhook_admin,
    worklogs,
)
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.payloads import lens_of
from sandbox.jira.records import Account
from sandbox.routing import Route, routed
from sandbox.world import World

Handler = Callable[..., Answer]
Refusal = Callable[[JiraError], Any]
ISSUE = "issue/<key>"
API_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "serverInfo", catalog.server_info),
    ("GET", "myself", people.myself),
    ("GET", "field", catalog.list_fields),
    ("GET", "status", catalog.list_statuses),
    ("GET", "priority", catalog.list_priorities),
    ("GET", "issuetype", catalog.list_issue_types),
    ("GET", "resolution", catalog.list_resolutions),
    ("GET", "project", catalog.list_projects),
    ("GET", "project/search", catalog.search_projects),
    ("GET", "project/<key>", catalog.get_project),
    ("GET", "project/<key>/statuses", catalog.project_statuses),
    ("GET", "project/<key>/components", catalog.project_components),
    ("GET", "project/<key>/versions", catalog.project_versions),
    ("GET", "project/<key>/role", roles.list_project_roles),
    ("GET", "project/<key>/role/<number>", roles.get_project_role),
    ("POST", "project/<key>/role/<number>", roles.add_actors),
    ("DELETE", "project/<key>/role/<number>", roles.remove_actor),
    ("GET", "role", roles.list_roles),
    ("GET", "group", roles.get_group),
    ("GET", "group/member", roles.group_members),
    ("GET", "group/bulk", roles.many_groups),
    ("GET", "groups/picker", roles.pick_groups),
    ("GET", "user/groups", roles.groups_of),
    ("GET", "label", catalog.list_labels),
    ("GET", "issue/createmeta", screens.create_meta),
    ("GET", "issue/createmeta/<key>/issuetypes", screens.create_types),
    ("GET", "issue/createmeta/<key>/issuetypes/<kind>", screens.create_fields),
    ("GET", f"{ISSUE}/editmeta", screens.edit_meta),
    ("POST", "issue/bulkfetch", fetching.bulk_fetch),
    ("GET", f"{ISSUE}/watchers", watching.list_watchers),
    ("POST", f"{ISSUE}/watchers", watching.add_watcher),
    ("DELETE", f"{ISSUE}/watchers", watching.remove_watcher),
    ("GET", f"{ISSUE}/worklog", worklogs.list_worklogs),
    ("POST", f"{ISSUE}/worklog", worklogs.post_worklog),
    ("GET", f"{ISSUE}/worklog/<number>", worklogs.get_worklog),
    ("PUT", f"{ISSUE}/worklog/<number>", worklogs.put_worklog),
    ("DELETE", f"{ISSUE}/worklog/<number>", worklogs.delete_worklog),
    ("GET", "mypermissions", access.my_permissions),
    ("POST", "permissions/check", access.check_permissions),
    ("POST", "issue", issues.create_issue),
    ("GET", ISSUE, issues.get_issue),
    ("PUT", ISSUE, issues.edit_issue),
    ("DELETE", ISSUE, issues.delete_issue),
    ("PUT", f"{ISSUE}/assignee", issues.assign_issue),
    ("GET", f"{ISSUE}/changelog", issues.get_changelog),
    ("POST", "changelog/bulkfetch", changelogs.bulk_fetch),
    ("GET", f"{ISSUE}/transitions", transitions.list_transitions),
    ("POST", f"{ISSUE}/transitions", transitions.do_transition),
    ("GET", f"{ISSUE}/comment", comments.list_comments),
    ("POST", f"{ISSUE}/comment", comments.post_comment),
    ("GET", f"{ISSUE}/comment/<number>", comments.get_comment),
    ("PUT", f"{ISSUE}/comment/<number>", comments.edit_comment),
    ("DELETE", f"{ISSUE}/comment/<number>", comments.delete_comment),
    ("GET", f"{ISSUE}/properties", properties.list_issue_properties),
    ("GET", f"{ISSUE}/properties/<name>", properties.get_issue_property),
    ("PUT", f"{ISSUE}/properties/<name>", properties.put_issue_property),
    ("DELETE", f"{ISSUE}/properties/<name>", properties.delete_issue_property),
    ("GET", "comment/<number>/properties", properties.list_comment_properties),
    ("GET", "comment/<number>/properties/<name>", properties.get_comment_property),
    ("PUT", "comment/<number>/properties/<name>", properties.put_comment_property),
    ("DELETE", "comment/<number>/properties/<name>", properties.delete_comment_property),
    ("GET", f"{ISSUE}/remotelink", links.list_remote_links),
    ("POST", f"{ISSUE}/remotelink", links.post_remote_link),
    ("DELETE", f"{ISSUE}/remotelink", links.delete_remote_link),
    ("POST", "issueLink", links.post_link),
    ("GET", "issueLink/<number>", links.get_link),
    ("DELETE", "issueLink/<number>", links.delete_link),
    ("GET", "issueLinkType", links.list_link_types),
    ("GET", "issueLinkType/<number>", links.get_link_type),
    ("GET", "user", people.get_user),
    ("GET", "user/search", people.search_users),
    ("GET", "user/assignable/search", people.search_assignable),
    ("GET", "user/bulk", people.many_users),
    ("GET", "users", people.all_users),
    ("GET", "users/search", people.all_users),
    ("GET", "user/viewissue/search", people.search_viewers),
    ("GET", "user/assignable/multiProjectSearch", people.search_assignable_in_many),
    ("GET", "webhook", webhook_admin.apps_only),
    ("POST", "webhook", webhook_admin.apps_only),
    ("DELETE", "webhook", webhook_admin.apps_only),
    ("PUT", "webhook/refresh", webhook_admin.apps_only),
    ("GET", "webhook/failed", webhook_admin.apps_only),
    ("GET", "search/jql", search.search_by_get),
    ("POST", "search/jql", search.search_by_post),
    ("POST", "search/approximate-count", search.approximate_count),
    ("POST", "jql/parse", queries.parse_queries),
    ("POST", "jql/match", queries.match_issues),
    ("GET", "search", search.old_search),
    ("POST", "search", search.old_search),
)
HOOK_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/rest/webhooks/1.0/webhook", webhook_admin.list_webhooks),
    ("POST", "/rest/webhooks/1.0/webhook", webhook_admin.post_webhook),
    ("GET", "/rest/webhooks/1.0/webhook/<number>", webhook_admin.get_webhook),
    ("PUT", "/rest/webhooks/1.0/webhook/<number>", webhook_admin.put_webhook),
    ("DELETE", "/rest/webhooks/1.0/webhook/<number>", webhook_admin.delete_webhook),
)
API_PLACE = "/rest/api/<any('2','3','latest'):version>/"
AGILE_PLACE = "/rest/agile/1.0/"
DESK_PLACE = "/rest/servicedeskapi/"
LARGEST_BODY = 10 * 1024 * 1024


def jira_app(world: World) -> Flask:
    """The WSGI application of the Jira port."""
    serve = partial(partial, _serve, world)
    routes: list[Route] = [(method, f"{API_PLACE}{path}", serve(handler)) for method, path, handler in API_ROUTES]
    routes += [(method, path, serve(handler, version="2")) for method, path, handler in HOOK_ROUTES]
    routes += [(method, f"{AGILE_PLACE}{path}", serve(handler, version="2")) for method, path, handler in AGILE_ROUTES]
    routes += [
        (method, f"{DESK_PLACE}{path}", serve(handler, in_desk_words, version="2"))
        for method, path, handler in DESK_ROUTES
    ]
    app = routed("sandbox.jira", routes)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_error_handler(HTTPException, _http_error)
    return app


def _serve(
    world: World, handler: Handler, refusal: Refusal = attrgetter("body"), *, version: str, **path: str
) -> Response:
    try:
        with world.lock:
            account = _authenticate(world)
            lens = lens_of(world, "3" if version == "3" else "2", account.account_id)
            call = Call(
                world=world,
                account=account,
                lens=lens,
                line=f"{request.method} {request.full_path.rstrip('?')}",
                query=request.args,
                payload=_payload(),
            )
            _limit(world, path.get("key"))
            status, body = handler(call, **path)
            world.jira.index.settle(world.jira.issues)
            return _respond(status, body)
    except JiraError as error:
        response = _respond(error.status, refusal(error))
        response.headers.update(error.headers)
        return response


def _limit(world: World, key: str | None) -> None:
    issue = world.jira.issue(key or "")
    refused = world.jira.limits.refused(request.method, str(request.url_rule), issue.key if issue else None)
    if refused:
        raise JiraError(429, "Rate limit exceeded.", headers=refused.headers())


def _authenticate(world: World) -> Account:
    given = request.authorization
    if given is not None and given.type == "basic" and given.password in world.jira.tokens:
        account = world.jira.account_by_email(given.username or "")
        if account is not None and account.active:
            return account
    raise JiraError(401, "Client must be authenticated to access this resource.")


def _payload() -> Any:
    if request.method == "GET" or not request.data:
        return None
    try:
        return json.loads(request.data)
    except ValueError as error:
        raise JiraError(400, "There was an error parsing JSON. Check that your request body is valid.") from error


def _respond(status: int, body: Any) -> Response:
    raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    response = Response(raw, status=status)
    response.headers["Content-Type"] = "application/json;charset=UTF-8"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Jira"'
        response.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
    return response


def _http_error(error: HTTPException) -> Response:
    refused = JiraError(error.code or 500, error.description or error.name)
    return _respond(refused.status, in_desk_words(refused) if request.path.startswith(DESK_PLACE) else refused.body)
