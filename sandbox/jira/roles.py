"""Project roles and groups: who is in them, told and, by administrators, changed."""

import re

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.records import ROLES, Account, Project
from sandbox.jira.render import Json
from sandbox.jira.state import group_id


def list_roles(call: Call) -> Answer:
    """GET role: the roles that every project has."""
    return 200, [_role(call, number, name) for name, number in ROLES.items()]


def list_project_roles(call: Call, key: str) -> Answer:
    """GET project/{key}/role: an address for each role."""
    project = call.project(key)
    return 200, role_links(call, project)


def role_links(call: Call, project: Project) -> Json:
    """The addresses of a project's roles by their names."""
    return {name: call.lens.url(f"project/{project.id}/role/{number}") for name, number in ROLES.items()}


def get_project_role(call: Call, key: str, number: str) -> Answer:
    """GET project/{key}/role/{id}: its people."""
    project = call.project(key)
    return 200, _shown(call, project, _name(number))


def add_actors(call: Call, key: str, number: str) -> Answer:
    """POST project/{key}/role/{id}: `user` is a list of account ids, `group` one of names."""
    project, name, body = _administered(call, key), _name(number), call.body()
    people, groups = body.get("user") or [], body.get("group") or []
    if not people and not groups:
        raise JiraError(400, "At least one actor is needed.")
    unknown = [one for one in people if one not in call.jira.accounts]
    unknown += [one for one in groups if one not in call.jira.groups]
    if unknown:
        raise JiraError(404, f"We can't find {', '.join(map(str, unknown))} in any accessible user directory.")
    project.roles[name] = project.roles.get(name, frozenset()) | {*people, *(f"group:{group}" for group in groups)}
    call.effect("role.changed", None, f"{project.key} {name}")
    return 200, _shown(call, project, name)


def remove_actor(call: Call, key: str, number: str) -> Answer:
    """DELETE project/{key}/role/{id}?user=|group=."""
    project, name = _administered(call, key), _name(number)
    wanted = call.query.get("user") or f"group:{call.query.get('group', '')}"
    if wanted not in project.roles.get(name, ()):
        raise JiraError(404, "The actor is not in this role.")
    project.roles[name] = project.roles[name] - {wanted}
    call.effect("role.changed", None, f"{project.key} {name}")
    return 204, None


def group_members(call: Call) -> Answer:
    """GET group/member?groupname=|groupId=, in pages."""
    name = _group(call)
    people = [call.jira.accounts[person] for person in sorted(call.jira.groups[name])]
    shown = call.query.get("includeInactiveUsers") == "true"
    listed = [call.lens.user(account.account_id) for account in people if account.active or shown]
    return 200, call.full_page(listed, "group/member")


def get_group(call: Call) -> Answer:
    """GET group?groupname=&expand=users[a:b]: its people from a to b, at most 50."""
    name = _group(call)
    said: Json = {**_group_name(call, name), "expand": "users"}
    found = re.fullmatch(r"users(?:\[(\d{1,6}):(\d{1,6})\])?", call.query.get("expand", ""))
    if not found:
        return 200, said
    people, start = sorted(call.jira.groups[name]), int(found[1] or 0)
    shown = people[start : min(int(found[2] or start + 49), start + 49) + 1]
    users = [call.lens.user(person) for person in shown]
    place = {"size": len(people), "items": users, "max-results": 50}
    return 200, {**said, "users": {**place, "start-index": start, "end-index": start + len(users) - 1}}


def pick_groups(call: Call) -> Answer:
    """GET groups/picker?query=."""
    text = call.query.get("query", "").lower()
    found = [name for name in sorted(call.jira.groups) if text in name.lower()][: call.number("maxResults", 20, 1000)]
    groups = [{"name": name, "html": name, "labels": [], "groupId": group_id(name)} for name in found]
    header = f"Showing {len(found)} of {len(found)} matching groups"
    return 200, {"header": header, "total": len(found), "groups": groups}


def many_groups(call: Call) -> Answer:
    """GET group/bulk?groupName=&groupId=."""
    names, ids = call.query.getlist("groupName"), call.query.getlist("groupId")
    found = [
        {"name": name, "groupId": group_id(name)}
        for name in sorted(call.jira.groups)
        if (not names and not ids) or name in names or group_id(name) in ids
    ]
    return 200, call.full_page(found, "group/bulk")


def groups_of(call: Call) -> Answer:
    """GET user/groups?accountId=."""
    account = call.jira.accounts.get(call.query.get("accountId", ""))
    if account is None:
        raise JiraError(404, "Specified user does not exist or you do not have required permissions")
    return 200, [_group_name(call, name) for name, people in call.jira.groups.items() if account.account_id in people]


def get_role(call: Call, number: str) -> Answer:
    """GET role/{id}."""
    return 200, _role(call, int(number), _name(number))


def post_group(call: Call) -> Answer:
    """POST group: a new one of this name."""
    name = call.body().get("name")
    _administering(call)
    if not isinstance(name, str) or not name.strip() or name in call.jira.groups:
        raise JiraError(400, "A group needs a name that no other has.")
    call.jira.groups[name] = frozenset()
    call.effect("group.created", None, name)
    return 201, _group_name(call, name)


def delete_group(call: Call) -> Answer:
    """DELETE group?groupname=|groupId=."""
    name = _group(call)
    _administering(call)
    del call.jira.groups[name]
    call.effect("group.deleted", None, name)
    return 200, None


def add_member(call: Call) -> Answer:
    """POST group/user?groupname=|groupId=: the body names an account id."""
    name = _group(call)
    _administering(call)
    person = _member(call, call.body().get("accountId"))
    if person in call.jira.groups[name]:
        raise JiraError(400, "Cannot add user. The user is already a member of the group.")
    call.jira.groups[name] |= {person}
    call.effect("group.changed", None, name)
    return 201, _group_name(call, name)


def remove_member(call: Call) -> Answer:
    """DELETE group/user?groupname=|groupId=&accountId=."""
    name = _group(call)
    _administering(call)
    person = _member(call, call.query.get("accountId"))
    if person not in call.jira.groups[name]:
        raise JiraError(400, "Cannot remove user. The user is not a member of the group.")
    call.jira.groups[name] -= {person}
    call.effect("group.changed", None, name)
    return 200, None


def _administering(call: Call) -> None:
    if not call.jira.administers(call.account):
        raise JiraError(403, "You do not have permission to administer groups.")


def _member(call: Call, wanted: object) -> str:
    account = call.jira.accounts.get(str(wanted))
    if account is None:
        raise JiraError(404, "Specified user does not exist or you do not have required permissions")
    return account.account_id


def _group_name(call: Call, name: str) -> Json:
    number = group_id(name)
    return {"name": name, "groupId": number, "self": call.lens.url(f"group?groupId={number}")}


def _group(call: Call) -> str:
    name, number = call.query.get("groupname"), call.query.get("groupId")
    found = next((known for known in call.jira.groups if known == name or group_id(known) == number), None)
    if found is None:
        raise JiraError(404, f"The group named '{name or number}' does not exist.")
    return found


def _name(number: str) -> str:
    found = next((name for name, known in ROLES.items() if str(known) == number), None)
    if found is None:
        raise JiraError(404, f"Can not retrieve a role actor for a null project role with id {number}.")
    return found


def _administered(call: Call, key: str) -> Project:
    project = call.project(key)
    if not call.jira.administers(call.account):
        raise JiraError(403, "You do not have permission to edit this project's roles.")
    return project


def _role(call: Call, number: int, name: str) -> Json:
    return {"self": call.lens.url(f"role/{number}"), "name": name, "id": number, "description": "", "actors": []}


def _shown(call: Call, project: Project, name: str) -> Json:
    holders = sorted(project.roles.get(name, ()))
    actors = [_actor(call, place, holder) for place, holder in enumerate(holders, 1)]
    place = call.lens.url(f"project/{project.id}/role/{ROLES[name]}")
    return {**_role(call, ROLES[name], name), "self": place, "actors": actors}


def _actor(call: Call, place: int, holder: str) -> Json:
    kind, _, group = holder.partition(":")
    if kind == "group":
        about = {"displayName": group, "name": group, "groupId": group_id(group)}
        return {"id": place, "displayName": group, "type": "atlassian-group-role-actor", "actorGroup": about}
    account: Account = call.jira.accounts[holder]
    said = {"id": place, "displayName": account.name, "type": "atlassian-user-role-actor"}
    return {**said, "actorUser": {"accountId": account.account_id}}
