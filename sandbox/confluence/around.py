"""What hangs on a page: its labels, the pages under it, its versions. Labels are changed over version 1 alone."""

from typing import Any

from sandbox.confluence.call import Answer, Call, ConfluenceError, Json, page_of, wrong
from sandbox.confluence.render import version_json
from sandbox.confluence.state import Page, Version


def list_labels(call: Call, identity: str) -> Answer:
    """GET pages/{id}/labels."""
    return page_of(call, [_label(name) for name in call.page(identity).labels])


def list_children(call: Call, identity: str) -> Answer:
    """GET pages/{id}/children: those that the caller may see, oldest first."""
    return page_of(call, [_child(page) for page in _below(call, identity)])


def list_direct_children(call: Call, identity: str) -> Answer:
    """GET pages/{id}/direct-children: the same, each with its type."""
    return page_of(call, [{**_child(page), "type": "page"} for page in _below(call, identity)])


def list_versions(call: Call, identity: str) -> Answer:
    """GET pages/{id}/versions: the last one first."""
    page = call.page(identity)
    return page_of(call, [version_json(version) for version in reversed(page.versions)])


def get_version(call: Call, identity: str, number: str) -> Answer:
    """GET pages/{id}/versions/{number}."""
    page = call.page(identity)
    found = next((version for version in page.versions if str(version.number) == number), None)
    if found is None:
        raise ConfluenceError(404, "NOT_FOUND", "Not Found")
    return 200, {**version_json(found), **_beside(page, found)}


def old_labels(call: Call, identity: str) -> Answer:
    """GET /rest/api/content/{id}/label."""
    return 200, _old(call.page(identity))


def add_labels(call: Call, identity: str) -> Answer:
    """POST /rest/api/content/{id}/label: a list of labels with their names."""
    page, body = call.page(identity), call.parsed(list[Any])
    names = [one.get("name") for one in body if isinstance(one, dict)]
    if not names or not all(isinstance(name, str) and name.strip() == name != "" for name in names):
        raise wrong("The body must be a list of labels, each with a name without spaces")
    page.labels.extend(name for name in dict.fromkeys(map(str, names)) if name not in page.labels)
    call.effect("page.labelled", page)
    return 200, _old(page)


def remove_label(call: Call, identity: str, name: str) -> Answer:
    """DELETE /rest/api/content/{id}/label/{name}."""
    page = call.page(identity)
    if name not in page.labels:
        raise ConfluenceError(404, "NOT_FOUND", f"No label {name} on this page")
    page.labels.remove(name)
    call.effect("page.labelled", page)
    return 204, None


def _below(call: Call, identity: str) -> list[Page]:
    above = call.page(identity)
    return [page for page in call.state.readable(call.account.account_id) if page.parent == above.id]


def _label(name: str) -> Json:
    return {"id": f"label-{name}", "name": name, "prefix": "global"}


def _old(page: Page) -> Json:
    labels = [{**_label(name), "label": name} for name in page.labels]
    return {"results": labels, "start": 0, "limit": 200, "size": len(labels)}


def _child(page: Page) -> Json:
    return {
        "id": str(page.id),
        "status": page.status,
        "title": page.now.title,
        "spaceId": str(page.space),
        "childPosition": page.id,
    }


def _beside(page: Page, version: Version) -> Json:
    numbers = {"prevVersion": version.number - 1} if version.number > 1 else {}
    return {**numbers, **({"nextVersion": version.number + 1} if version is not page.now else {})}
