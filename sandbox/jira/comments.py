"""Comments: create, read, edit, delete."""

from typing import Any

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.payloads import tell_comment
from sandbox.jira.properties import read_properties
from sandbox.jira.records import Comment, Issue

NO_COMMENT = "Can not find a comment for the id: {}."


def list_comments(call: Call, key: str) -> Answer:
    """GET issue/{key}/comment, ordered by creation (`-created` turns it round), in pages."""
    issue = call.issue(key)
    order = call.query.get("orderBy", "created")
    if order.lstrip("+-") != "created":
        raise JiraError(400, f"The value '{order}' for orderBy is not supported.")
    comments = sorted(issue.comments, key=lambda c: (c.created, c.id), reverse=order.startswith("-"))
    shown = [call.lens.comment(issue, c, with_properties=call.expands("properties")) for c in comments]
    return 200, call.page(shown, "comments", size=5000, largest=5000)


def get_comment(call: Call, key: str, number: str) -> Answer:
    """GET issue/{key}/comment/{id}."""
    issue = call.issue(key)
    found = find_comment(issue, number)
    return 200, call.lens.comment(issue, found, with_properties=call.expands("properties"))


def post_comment(call: Call, key: str) -> Answer:
    """POST issue/{key}/comment, with properties."""
    issue, body = call.issue(key), call.body()
    text = _body_of(call, issue, body)
    comment = add_comment(call, issue, text, read_properties(body))
    return 201, call.lens.comment(issue, comment, with_properties=call.expands("properties"))


def edit_comment(call: Call, key: str, number: str) -> Answer:
    """PUT issue/{key}/comment/{id}: one's own only."""
    issue, body = call.issue(key), call.body()
    comment = find_comment(issue, number)
    if comment.author != call.account.account_id:
        raise JiraError(403, "You do not have the permission to edit this comment.")
    comment.body = _body_of(call, issue, body)
    comment.properties.update(read_properties(body))
    comment.updated, comment.update_author = call.jira.touch(issue), call.account.account_id
    call.effect("comment.edited", issue, comment.id)
    tell_comment(call, "comment_updated", issue, comment)
    return 200, call.lens.comment(issue, comment)


def delete_comment(call: Call, key: str, number: str) -> Answer:
    """DELETE issue/{key}/comment/{id}: one's own only."""
    issue = call.issue(key)
    comment = find_comment(issue, number)
    if comment.author != call.account.account_id or not call.may("uncomment", issue.project):
        raise JiraError(403, "You do not have the permission to delete this comment.")
    issue.comments.remove(comment)
    call.jira.touch(issue)
    call.effect("comment.deleted", issue, comment.id)
    tell_comment(call, "comment_deleted", issue, comment)
    return 204, None


def find_comment(issue: Issue, number: str) -> Comment:
    """The comment with this id; else 404."""
    found = next((comment for comment in issue.comments if str(comment.id) == number), None)
    if found is None:
        raise JiraError(404, NO_COMMENT.format(number))
    return found


def add_comment(call: Call, issue: Issue, text: str, properties: dict[str, Any]) -> Comment:
    """Write a comment and tell it."""
    now, author = call.jira.touch(issue), call.account.account_id
    comment = Comment(
        id=call.jira.next_id(),
        author=author,
        body=text,
        created=now,
        updated=now,
        update_author=author,
        properties=dict(properties),
    )
    issue.comments.append(comment)
    issue.watchers.add(author)
    call.effect("comment.created", issue, comment.id)
    tell_comment(call, "comment_created", issue, comment)
    return comment


def comments_to_add(call: Call, issue: Issue, update: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Text and properties of each `update.comment` of an edit or a transition, read before anything is done."""
    found = []
    for operation in update.get("comment") or []:
        if not isinstance(operation, dict) or not isinstance(operation.get("add"), dict):
            raise JiraError(400, errors={"comment": "Only the operation 'add' is possible."})
        found.append((_body_of(call, issue, operation["add"]), read_properties(operation["add"])))
    return found


def _body_of(call: Call, issue: Issue, body: dict[str, Any]) -> str:
    if not call.may("comment", issue.project):
        refusal = f"{call.account.name}, you do not have the permission to comment on this issue."
        raise JiraError(400, errors={"comment": refusal})
    text = call.text(body.get("body"), "comment")
    if not text or not text.strip():
        raise JiraError(400, errors={"comment": "Comment body can not be empty!"})
    return text
