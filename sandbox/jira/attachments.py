"""Files on issues: added by a form, told, fetched, removed by who added them or by administrators."""

from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.payloads import tell_updated
from sandbox.jira.records import Attachment, Change, Issue
from sandbox.jira.upload import File

LARGEST = 10 * 1024 * 1024


def settings(call: Call) -> Answer:
    """GET attachment/meta."""
    return 200, {"enabled": True, "uploadLimit": LARGEST}


def add_files(call: Call, key: str) -> Answer:
    """POST issue/{key}/attachments: the files named `file` of a form; needs the header X-Atlassian-Token."""
    issue = call.issue(key)
    if not call.may("edit", issue.project):
        raise JiraError(403, "You do not have permission to create attachments for this issue.")
    if not isinstance(call.payload, list):
        raise JiraError(415, "The attachments must be sent as multipart/form-data.")
    if not call.payload:
        raise JiraError(400, "There is no file in the form; its parts must be named 'file'.")
    added = [_add(call, issue, file) for file in call.payload]
    return 200, [call.lens.attachment(file) for file in added]


def get_attachment(call: Call, number: str) -> Answer:
    """GET attachment/{id}: what is known about a file; its id is a number here."""
    _, file = _find(call, number)
    return 200, {**call.lens.attachment(file), "id": file.id}


def get_content(call: Call, number: str) -> Answer:
    """GET attachment/content/{id}: the bytes."""
    _, file = _find(call, number)
    return 200, File(name=file.name, kind=file.kind, content=file.content)


def delete_attachment(call: Call, number: str) -> Answer:
    """DELETE attachment/{id}."""
    issue, file = _find(call, number)
    if file.author != call.account.account_id and not call.jira.administers(call.account):
        raise JiraError(403, "You do not have permission to delete this attachment.")
    issue.attachments.remove(file)
    gone = Change(field="Attachment", field_id="attachment", before=str(file.id), before_text=file.name)
    entry = call.jira.log(issue, call.account, [gone])
    call.effect("attachment.deleted", issue, file.id)
    tell_updated(call, issue, entry)
    return 204, None


def _add(call: Call, issue: Issue, sent: File) -> Attachment:
    file = Attachment(
        id=call.jira.next_id(),
        name=sent.name,
        kind=sent.kind,
        content=sent.content,
        author=call.account.account_id,
        created=call.jira.clock.now(),
    )
    issue.attachments.append(file)
    change = Change(field="Attachment", field_id="attachment", after=str(file.id), after_text=file.name)
    entry = call.jira.log(issue, call.account, [change])
    call.effect("attachment.added", issue, file.id, {"filename": file.name, "size": len(file.content)})
    tell_updated(call, issue, entry)
    return file


def _find(call: Call, number: str) -> tuple[Issue, Attachment]:
    for issue in call.jira.issues.values():
        for file in issue.attachments:
            if str(file.id) == number and call.jira.may_browse(call.account, issue):
                return issue, file
    raise JiraError(404, f"The attachment with id '{number}' does not exist")
