"""The directory's routes: /scim/v2/Users, /Groups and /Applications, all read and written alike."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.clock import iso_z
from sandbox.twins.call import Answer, Json, TwinCall, TwinError
from sandbox.twins.directory.filters import read_filter
from sandbox.twins.directory.patching import patched
from sandbox.twins.directory.paths import key_of, values_at
from sandbox.twins.directory.state import DirectoryState, Resource
from sandbox.twins.door import Twin

MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
SCHEMAS = "urn:ietf:params:scim:schemas"
READ_ONLY = frozenset({"id", "meta", "schemas", "groups", "seatsused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of resource: its place, its type, its schema, and the attribute that every one has for itself."""

    place: str
    type: str
    schema: str
    name: str


KINDS = (
    Kind(place="Users", type="User", schema=f"{SCHEMAS}:core:2.0:User", name="userName"),
    Kind(place="Groups", type="Group", schema=f"{SCHEMAS}:core:2.0:Group", name="displayName"),
    Kind(place="Applications", type="Application", schema=f"{SCHEMAS}:sandbox:2.0:Application", name="displayName"),
)
Act = Callable[..., Answer]


def list_resources(kind: Kind, call: TwinCall) -> Answer:
    """GET /scim/v2/{kind}: filter, startIndex (from 1), count."""
    resources = [_shown(kind, call, one) for one in _all(kind, call).values()]
    if wanted := call.query.get("filter"):
        resources = [*filter(read_filter(wanted), resources)]
    start, count = max(call.number("startIndex", 1, 10**9), 1), call.number("count", 100, 1000)
    page = resources[start - 1 : start - 1 + count]
    counted = {"totalResults": len(resources), "startIndex": start, "itemsPerPage": len(page)}
    return Answer(body={"schemas": [f"{MESSAGES}:ListResponse"], **counted, "Resources": page})


def get_resource(kind: Kind, call: TwinCall, identity: str) -> Answer:
    """GET /scim/v2/{kind}/{id}."""
    return _answer(kind, call, _known(kind, call, identity))


def create_resource(kind: Kind, call: TwinCall) -> Answer:
    """POST /scim/v2/{kind}."""
    document, now = _read(kind, call), call.world.clock.now()
    _check(kind, call, document, None)
    resource = Resource(id=_state(call).next_id(), document=document, created=now, modified=now)
    _all(kind, call)[resource.id] = resource
    call.effect(f"{kind.type.lower()}.created", resource.id)
    return _answer(kind, call, resource, status=201)


def replace_resource(kind: Kind, call: TwinCall, identity: str) -> Answer:
    """PUT /scim/v2/{kind}/{id}."""
    return _change(kind, call, _known(kind, call, identity), _read(kind, call))


def patch_resource(kind: Kind, call: TwinCall, identity: str) -> Answer:
    """PATCH /scim/v2/{kind}/{id}: all operations or none."""
    resource, body = _known(kind, call, identity), call.read(dict[str, Any], "invalidSyntax")
    operations = body.get(key_of(body, "Operations"))
    if not isinstance(operations, list) or not all(isinstance(one, dict) for one in operations):
        raise TwinError(400, "invalidSyntax", "A PATCH needs a list of Operations.")
    return _change(kind, call, resource, patched(resource.document, operations))


def delete_resource(kind: Kind, call: TwinCall, identity: str) -> Answer:
    """DELETE /scim/v2/{kind}/{id}; whoever is gone is a member of no group."""
    resource = _known(kind, call, identity)
    _check_version(call, resource)
    for group in _state(call).groups_of(identity):
        group.document["members"] = [one for one in group.document["members"] if one["value"] != identity]
    del _all(kind, call)[identity]
    call.effect(f"{kind.type.lower()}.deleted", identity)
    return Answer(status=204)


def provider_config(call: TwinCall) -> Answer:
    """GET /scim/v2/ServiceProviderConfig."""
    yes, no = {"supported": True}, {"supported": False}
    bulk = {**no, "maxOperations": 0, "maxPayloadSize": 0}
    scheme = {"type": "oauthbearertoken", "name": "Bearer token", "description": "A token in Authorization"}
    said: Json = {"patch": yes, "bulk": bulk, "filter": {**yes, "maxResults": 1000}, "changePassword": no}
    said |= {"sort": no, "etag": yes, "authenticationSchemes": [scheme]}
    return Answer(body={"schemas": [f"{SCHEMAS}:core:2.0:ServiceProviderConfig"], **said})


def _state(call: TwinCall) -> DirectoryState:
    return call.world.twins.directory


def _all(kind: Kind, call: TwinCall) -> dict[str, Resource]:
    return _state(call).kinds[kind.place]


def _known(kind: Kind, call: TwinCall, identity: str) -> Resource:
    if identity not in _all(kind, call):
        raise TwinError(404, "", f"Resource {identity} not found.")
    return _all(kind, call)[identity]


def _read(kind: Kind, call: TwinCall) -> Json:
    body = call.read(dict[str, Any], "invalidSyntax")
    if kind.schema not in (body.get("schemas") or ()):
        raise TwinError(400, "invalidValue", f"schemas must name {kind.schema}.")
    writable = READ_ONLY - {"groups"} if kind.place == "Applications" else READ_ONLY
    return {name: value for name, value in body.items() if name.lower() not in writable}


def _check(kind: Kind, call: TwinCall, document: Json, own: Resource | None) -> None:
    name = document.get(key_of(document, kind.name))
    if not isinstance(name, str) or not name.strip():
        raise TwinError(400, "invalidValue", f"{kind.name} is missing.")
    for other in _all(kind, call).values():
        if other is not own and name.casefold() in (
            str(one).casefold() for one in values_at(other.document, kind.name)
        ):
            raise TwinError(409, "uniqueness", f"{kind.name} {name!r} is taken.")
    if kind.place == "Users" and not isinstance(document.get("active", True), bool):
        raise TwinError(400, "invalidValue", "active must be true or false.")
    for attribute, register in (("members", "Users"), ("groups", "Groups")):
        entries = document.get(attribute) or []
        known = {*_state(call).kinds[register], *_state(call).kinds["Groups"]}
        if not isinstance(entries, list) or any(
            not isinstance(e, dict) or e.get("value") not in known for e in entries
        ):
            raise TwinError(400, "invalidValue", f"{attribute} must be a list of objects with the ids of {register}.")


def _check_version(call: TwinCall, resource: Resource) -> None:
    wanted = call.headers.get("If-Match")
    if wanted not in (None, "*", _version(resource)):
        raise TwinError(412, "", f"Resource {resource.id} is at {_version(resource)} by now.")


def _change(kind: Kind, call: TwinCall, resource: Resource, document: Json) -> Answer:
    _check_version(call, resource)
    _check(kind, call, document, resource)
    if document != resource.document:
        resource.document, resource.version = document, resource.version + 1
        resource.modified = call.world.clock.now()
        call.effect(f"{kind.type.lower()}.changed", resource.id)
    return _answer(kind, call, resource)


def _answer(kind: Kind, call: TwinCall, resource: Resource, status: int = 200) -> Answer:
    body = _shown(kind, call, resource)
    return Answer(status=status, body=body, headers={"Location": body["meta"]["location"], "ETag": _version(resource)})


def _version(resource: Resource) -> str:
    return f'W/"{resource.version}"'


def _shown(kind: Kind, call: TwinCall, resource: Resource) -> Json:
    state, base = _state(call), f"{call.base}/scim/v2"
    extensions = [name for name in resource.document if name.startswith("urn:")]
    said: Json = {"schemas": [kind.schema, *extensions], "id": resource.id, **resource.document}
    if kind.place == "Users":
        named = [(group.id, group.document.get("displayName")) for group in state.groups_of(resource.id)]
        said["groups"] = [{"value": i, "display": name, "$ref": f"{base}/Groups/{i}"} for i, name in named]
    if kind.place == "Applications":
        said["seatsUsed"] = state.seats_used(resource)
    meta = {"resourceType": kind.type, "location": f"{base}/{kind.place}/{resource.id}", "version": _version(resource)}
    return {**said, "meta": {**meta, "created": iso_z(resource.created), "lastModified": iso_z(resource.modified)}}


def _refusal(error: TwinError) -> Json:
    said = {"schemas": [f"{MESSAGES}:Error"], "status": str(error.status), "detail": error.detail}
    return {**said, "scimType": error.code} if error.status in (400, 409) and error.code else said


def _routes(kind: Kind) -> list[tuple[str, str, Act]]:
    one = f"/scim/v2/{kind.place}/<identity>"
    table: list[tuple[str, str, Act]] = [
        ("GET", f"/scim/v2/{kind.place}", list_resources),
        ("POST", f"/scim/v2/{kind.place}", create_resource),
        ("GET", one, get_resource),
        ("PUT", one, replace_resource),
        ("PATCH", one, patch_resource),
        ("DELETE", one, delete_resource),
    ]
    return [(method, path, partial(act, kind)) for method, path, act in table]


DIRECTORY = Twin(
    service="directory",
    routes=[
        ("GET", "/scim/v2/ServiceProviderConfig", provider_config),
        *(route for kind in KINDS for route in _routes(kind)),
    ],
    refusal=_refusal,
    content_type="application/scim+json",
    refusal_type="application/scim+json",
)
