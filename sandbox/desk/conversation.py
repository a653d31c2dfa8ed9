"""Comments on requests: public ones for everybody concerned, internal ones among agents; and who is notified."""

from sandbox.desk.call import DeskError, find_request, page, state_of, window
from sandbox.desk.records import ServiceDesk
from sandbox.jira.call import Answer, Call
from sandbox.jira.comments import add_comment
from sandbox.jira.records import Comment, Issue
from sandbox.jira.state import INTERNAL, is_public

LONGEST = 32_767


def list_comments(call: Call, key: str) -> Answer:
    """GET request/{key}/comment?public=&internal=, oldest first."""
    desk, _, issue = find_request(call, key)
    return 200, page(call, visible_comments(call, desk, issue), lambda comment: window(call).comment(issue, comment))


def get_comment(call: Call, key: str, number: str) -> Answer:
    """GET request/{key}/comment/{id}."""
    desk, _, issue = find_request(call, key)
    found = [comment for comment in visible_comments(call, desk, issue) if str(comment.id) == number]
    if not found:
        raise DeskError(404, "The comment does not exist or you cannot see it.", "sd.error.comment.not.found")
    return 200, window(call).comment(issue, found[0])


def post_comment(call: Call, key: str) -> Answer:
    """POST request/{key}/comment with `public`: customers can only speak publicly."""
    desk, _, issue = find_request(call, key)
    body = call.body()
    public, agent = body.get("public", True), call.account.account_id in desk.agents
    if not isinstance(public, bool):
        raise DeskError(400, "public must be true or false.", "sd.error.comment.public")
    if not public and not agent:
        raise DeskError(403, "Only agents can add internal comments.", "sd.error.comment.internal")
    comment = add_comment(call, issue, read_text(body.get("body")), mark(public=public))
    return 201, window(call).comment(issue, comment)


def get_subscription(call: Call, key: str) -> Answer:
    """GET request/{key}/notification."""
    _, _, issue = find_request(call, key)
    return 200, {"subscribed": (issue.id, call.account.account_id) not in state_of(call).muted}


def subscribe(call: Call, key: str) -> Answer:
    """PUT request/{key}/notification."""
    _, _, issue = find_request(call, key)
    state_of(call).muted.discard((issue.id, call.account.account_id))
    call.effect("request.subscribed", issue, call.account.account_id)
    return 204, None


def unsubscribe(call: Call, key: str) -> Answer:
    """DELETE request/{key}/notification."""
    _, _, issue = find_request(call, key)
    state_of(call).muted.add((issue.id, call.account.account_id))
    call.effect("request.unsubscribed", issue, call.account.account_id)
    return 204, None


def read_text(value: object) -> str:
    """A comment's text; 400 when it is empty, too long, or no text."""
    if not isinstance(value, str) or not value.strip():
        raise DeskError(400, "Comment body can not be empty!", "sd.error.comment.empty")
    if len(value) > LONGEST:
        raise DeskError(400, f"The comment is longer than {LONGEST} characters.", "sd.error.comment.too.long")
    return value


def mark(*, public: bool) -> dict[str, object]:
    """The comment property by which Jira tells internal comments."""
    return {} if public else {INTERNAL: {"internal": True}}


def visible_comments(call: Call, desk: ServiceDesk, issue: Issue) -> list[Comment]:
    """The comments that the caller may see and asked for, oldest first."""
    agent = call.account.account_id in desk.agents
    wanted = {
        True: call.query.get("public", "true").lower() != "false",
        False: agent and call.query.get("internal", "true").lower() != "false",
    }
    ordered = sorted(issue.comments, key=lambda comment: (comment.created, comment.id))
    return [comment for comment in ordered if wanted[is_public(comment)]]
