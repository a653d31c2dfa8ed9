"""How Confluence shows spaces and pages in version 2 of its API. Pure."""

import json
import urllib.parse
from typing import Any

from sandbox.clock import iso_z
from sandbox.confluence.state import Page, Space, Version, plain

Json = dict[str, Any]


def space_json(space: Space) -> Json:
    """A space in a list or alone."""
    said: Json = {"id": str(space.id), "key": space.key, "name": space.name, "type": space.type, "status": "current"}
    said |= {"createdAt": iso_z(space.created), "homepageId": str(space.homepage) if space.homepage else None}
    return {**said, "_links": {"webui": f"/spaces/{space.key}"}}


def page_json(page: Page, space: Space, version: Version, formats: list[str]) -> Json:
    """A page at a version, with its body in these formats."""
    return {
        "id": str(page.id),
        "status": page.status,
        "title": version.title,
        "spaceId": str(space.id),
        "parentId": str(page.parent) if page.parent else None,
        "parentType": "page" if page.parent else None,
        "position": page.id,
        "authorId": page.author,
        "ownerId": page.owner or page.author,
        "lastOwnerId": None,
        "createdAt": iso_z(page.versions[0].at),
        "version": version_json(version),
        "body": {name: {"representation": name, "value": _body(version, name)} for name in formats},
        "_links": {"webui": webui(page, space), "editui": f"/pages/resumedraft.action?draftId={page.id}"},
    }


def version_json(version: Version) -> Json:
    """Which version it is, by whom and when."""
    said = {"number": version.number, "message": version.message, "minorEdit": False}
    return {**said, "authorId": version.author, "createdAt": iso_z(version.at)}


def webui(page: Page, space: Space) -> str:
    """Where people read a page, without the site's address."""
    return f"/spaces/{space.key}/pages/{page.id}/{urllib.parse.quote_plus(page.now.title)}"


def _body(version: Version, name: str) -> str:
    if name != "atlas_doc_format":
        return version.body
    text = plain(version.body)
    blocks = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}] if text else []
    return json.dumps({"type": "doc", "version": 1, "content": blocks})
