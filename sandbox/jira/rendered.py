"""What `expand=renderedFields` and `renderedBody` add: the texts of an issue as HTML, and nothing for other fields."""

from sandbox.jira.adf import to_adf
from sandbox.jira.html import document_html
from sandbox.jira.records import Comment, Issue
from sandbox.jira.render import Json, Lens


def rendered_text(text: str | None) -> str:
    """A text as HTML; none is empty."""
    return document_html(to_adf(text)) if text else ""


def rendered_comment(lens: Lens, issue: Issue, comment: Comment) -> Json:
    """A comment whose body is HTML."""
    return {**lens.comment(issue, comment), "body": rendered_text(comment.body)}


def rendered_fields(lens: Lens, issue: Issue, fields: Json) -> Json:
    """The chosen fields of an issue, rendered."""
    said: Json = dict.fromkeys(fields)
    said |= {name: rendered_text(getattr(issue, name)) for name in ("description", "environment") if name in fields}
    if "comment" in fields:
        comments = [rendered_comment(lens, issue, comment) for comment in issue.comments]
        said["comment"] = {**fields["comment"], "comments": comments}
    return said
