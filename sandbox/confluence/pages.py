"""Pages and spaces over version 2: read, create, change, put into the trash.

Deviation from Confluence: bodies are written in the storage format alone, and read in `storage`, `view` (the same) or
`atlas_doc_format` (the words alone).
"""

from sandbox.confluence.call import Answer, Call, ConfluenceError, Json, page_of, wrong
from sandbox.confluence.render import page_json, space_json
from sandbox.confluence.state import Page, Space, Version

FORMATS = ("storage", "view", "atlas_doc_format")
LONGEST_TITLE = 255
LARGEST_BODY = 5_000_000
ORDERS = {
    "id": lambda page: page.id,
    "title": lambda page: page.now.title.casefold(),
    "created-date": lambda page: page.versions[0].at,
    "modified-date": lambda page: page.now.at,
}


def list_spaces(call: Call) -> Answer:
    """GET spaces: ids, keys, type."""
    asked = {"key": call.listed("keys"), "id": call.listed("ids"), "type": call.listed("type")}
    found = [
        space
        for space in call.state.spaces.values()
        if call.state.may_read(call.account.account_id, space)
        and all(str(getattr(space, name)) in words for name, words in asked.items() if words)
    ]
    return page_of(call, [space_json(space) for space in found])


def get_space(call: Call, identity: str) -> Answer:
    """GET spaces/{id}."""
    return 200, space_json(call.space(identity)) | {"_links": {"base": call.base}}


def list_pages(call: Call) -> Answer:
    """GET pages: id, space-id, title, sort, body-format."""
    return _listed(call, call.state.readable(call.account.account_id))


def list_space_pages(call: Call, identity: str) -> Answer:
    """GET spaces/{id}/pages: in this space, else as `GET pages`."""
    space = call.space(identity)
    return _listed(call, [page for page in call.state.readable(call.account.account_id) if page.space == space.id])


def _listed(call: Call, pages: list[Page]) -> Answer:
    formats, sort = _formats(call), call.query.get("sort", "id")
    order = ORDERS.get(sort.removeprefix("-"))
    if order is None:
        raise wrong(f"Provided value {sort} for 'sort' is not one of the allowed values")
    found = [page for page in pages if _asked_for(call, page)]
    found.sort(key=order, reverse=sort.startswith("-"))
    return page_of(call, [page_json(page, call.state.spaces[page.space], page.now, formats) for page in found])


def get_page(call: Call, identity: str) -> Answer:
    """GET pages/{id}: body-format, version."""
    page = call.page(identity)
    number = call.query.get("version", str(page.now.number))
    version = next((version for version in page.versions if str(version.number) == number), None)
    if version is None:
        raise ConfluenceError(404, "NOT_FOUND", "Not Found")
    return _told(call, page, version, _formats(call))


def create_page(call: Call) -> Answer:
    """POST pages."""
    body = call.body()
    if not body.get("spaceId"):
        raise wrong("spaceId is required")
    space = call.space(body["spaceId"])
    title, text = _title(call, body, space, None), _text(body)
    parent = call.page(str(body["parentId"])).id if body.get("parentId") else space.homepage
    who, now = call.account.account_id, call.world.clock.now()
    first = Version(number=1, title=title, body=text, author=who, at=now)
    page = Page(id=call.state.next_id(), space=space.id, author=who, versions=[first], parent=parent)
    call.state.pages[page.id] = page
    call.effect("page.created", page)
    return _told(call, page, first, ["storage"])


def update_page(call: Call, identity: str) -> Answer:
    """PUT pages/{id}: the whole page under the next version number; 409 under any other."""
    page, body = call.page(identity), call.body()
    if missing := sorted({"id", "status", "title", "body", "version"} - set(body)):
        raise wrong(f"{', '.join(missing)} must be provided")
    if str(body["id"]) != identity:
        raise wrong("The id of the body is not that of the path")
    told = body["version"] if isinstance(body["version"], dict) else {}
    if told.get("number") != page.now.number + 1:
        words = "Version must be incremented when updating a page."
        numbers = f"Current Version: [{page.now.number}]. Provided version: [{told.get('number')}]"
        raise ConfluenceError(409, "CONFLICT", f"{words} {numbers}")
    title, text = _title(call, body, call.state.spaces[page.space], page), _text(body)
    number, who, message = page.now.number + 1, call.account.account_id, str(told.get("message") or "")
    version = Version(number=number, title=title, body=text, author=who, at=call.world.clock.now(), message=message)
    page.versions.append(version)
    page.status = "current"
    call.effect("page.updated", page)
    return _told(call, page, version, ["storage"])


def delete_page(call: Call, identity: str) -> Answer:
    """DELETE pages/{id}: into the trash; with purge=true what is in the trash is gone."""
    page = call.page(identity)
    if call.query.get("purge") == "true":
        if page.status != "trashed":
            raise wrong("Only what is in the trash can be purged")
        del call.state.pages[page.id]
    else:
        page.status = "trashed"
    call.effect("page.deleted", page)
    return 204, None


def _asked_for(call: Call, page: Page) -> bool:
    asked = {str(page.id): call.listed("id"), str(page.space): call.listed("space-id")}
    title = call.query.get("title")
    return all(value in words for value, words in asked.items() if words) and title in (None, page.now.title)


def _formats(call: Call) -> list[str]:
    wanted = call.query.get("body-format")
    if wanted in (
        None,
        "",
        "none",
    ):  # the atlassian client asks for none, which Confluence takes though it names it not
        return []
    if wanted not in FORMATS:
        raise wrong(f"Provided value {wanted} for 'body-format' is not one of the allowed values")
    return [str(wanted)]


def _title(call: Call, body: Json, space: Space, own: Page | None) -> str:
    title = body.get("title")
    if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE:
        raise wrong(f"A title of 1 to {LONGEST_TITLE} characters is required")
    if call.state.titled(space.id, title) not in (None, own):
        words = "A page with this title already exists: A page already exists with the same TITLE in this space"
        raise wrong(words)
    return title


def _text(body: Json) -> str:
    match body.get("body", {"value": ""}):
        case {"representation": "storage", "value": str() as text} | {"storage": {"value": str() as text}}:
            pass
        case {"value": ""}:
            text = ""
        case _:
            raise wrong("The body must be a text in the storage format")
    if len(text) > LARGEST_BODY:
        raise wrong(f"The body must be a text of at most {LARGEST_BODY} characters")
    return text


def _told(call: Call, page: Page, version: Version, formats: list[str]) -> Answer:
    said = page_json(page, call.state.spaces[page.space], version, formats)
    said["_links"] |= {"base": call.base}
    return 200, said
