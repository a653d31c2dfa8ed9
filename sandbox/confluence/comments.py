"""Comments under a page: listed, written, answered to, changed by their author, removed."""

from sandbox.clock import iso_z
from sandbox.confluence.call import Answer, Call, ConfluenceError, Json, page_of, wrong
from sandbox.confluence.state import Comment, Page


def list_comments(call: Call, identity: str) -> Answer:
    """GET pages/{id}/footer-comments: not the answers to other comments."""
    page = call.page(identity)
    return page_of(call, [_shown(page, one) for one in page.comments if one.parent is None])


def list_answers(call: Call, identity: str) -> Answer:
    """GET footer-comments/{id}/children."""
    page, above = _find(call, identity)
    return page_of(call, [_shown(page, one) for one in page.comments if one.parent == above.id])


def post_comment(call: Call) -> Answer:
    """POST footer-comments: on a page (`pageId`) or to a comment (`parentCommentId`)."""
    body = call.body()
    above = body.get("parentCommentId")
    page, parent = _find(call, str(above)) if above else (call.page(str(body.get("pageId", ""))), None)
    comment = Comment(
        id=call.state.next_id(),
        author=call.account.account_id,
        body=_text(body),
        at=call.world.clock.now(),
        parent=parent.id if parent else None,
    )
    page.comments.append(comment)
    call.effect("comment.created", page)
    return 201, {**_shown(page, comment), "_links": {"base": call.base}}


def get_comment(call: Call, identity: str) -> Answer:
    """GET footer-comments/{id}."""
    return 200, {**_shown(*_find(call, identity)), "_links": {"base": call.base}}


def put_comment(call: Call, identity: str) -> Answer:
    """PUT footer-comments/{id}: the author's alone, under the next version number."""
    (page, comment), body = _own(call, identity), call.body()
    told = body.get("version")
    if not isinstance(told, dict) or told.get("number") != comment.version + 1:
        raise ConfluenceError(409, "CONFLICT", "Version must be incremented when updating a comment.")
    comment.body, comment.version = _text(body), comment.version + 1
    call.effect("comment.updated", page)
    return 200, _shown(page, comment)


def delete_comment(call: Call, identity: str) -> Answer:
    """DELETE footer-comments/{id}: the author's alone, with the answers to it."""
    page, comment = _own(call, identity)
    page.comments[:] = [one for one in page.comments if comment.id not in (one.id, one.parent)]
    call.effect("comment.deleted", page)
    return 204, None


def _find(call: Call, identity: str) -> tuple[Page, Comment]:
    for page in call.state.readable(call.account.account_id):
        for comment in page.comments:
            if str(comment.id) == identity:
                return page, comment
    raise ConfluenceError(404, "NOT_FOUND", "Not Found")


def _own(call: Call, identity: str) -> tuple[Page, Comment]:
    page, comment = _find(call, identity)
    if comment.author != call.account.account_id:
        raise ConfluenceError(403, "FORBIDDEN", "This comment is somebody else's")
    return page, comment


def _text(body: Json) -> str:
    match body.get("body"):
        case {"representation": "storage", "value": str() as text} | {"storage": {"value": str() as text}} if text:
            return text
    raise wrong("The body must be a text in the storage format")


def _shown(page: Page, comment: Comment) -> Json:
    said: Json = {"id": str(comment.id), "status": "current", "title": f"Re: {page.now.title}", "pageId": str(page.id)}
    version = {"number": comment.version, "createdAt": iso_z(comment.at), "authorId": comment.author}
    body = {"storage": {"representation": "storage", "value": comment.body}}
    parent = {"parentCommentId": str(comment.parent)} if comment.parent else {}
    return {**said, **parent, "version": {**version, "message": "", "minorEdit": False}, "body": body}
