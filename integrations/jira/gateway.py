"""Acts in Jira: one change a call, with our mark on it where Jira can carry one, and looks up what is in doubt.

It must not decide, retry, or search. A change that was accepted but cannot be read back is raised as in doubt, so that
whoever asked looks it up by `find` instead of doing it again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import quote

from integrations.jira.answers import KEPT_PROPERTY, MARK_PROPERTY, new_id
from integrations.jira.client import Connection
from integrations.jira.creating import created, form_of, marked_among, newest_of_ours
from integrations.jira.custom import NAMED_NONE, CustomFields
from integrations.jira.edits import JiraEdits, read_back
from integrations.jira.errors import Call, unreadable
from integrations.jira.markup import render, render_whole
from integrations.jira.places import JiraPlaces
from integrations.jira.service_desk import API, JiraDesk
from integrations.jira.values import NotUnderstood
from integrations.settings import Secret
from orchestrator.ports import DeskApproval, GatewayError, Receipt
from rules.actions import (
    Action,
    AnswerAction,
    AssignAction,
    CommentAction,
    CreateAction,
    FieldAction,
    LinkAction,
    PriorityAction,
    RewordAction,
    RiskAction,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)

__all__ = ["JiraTracker"]

_GONE = frozenset({404})
#: The comment property by which a service desk's customers do not see a comment; other projects pass it over.
#: Source: https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/ ("jsdPublic").
_INTERNAL = "sd.public.comment"


class JiraTracker(JiraPlaces, JiraEdits):
    """The role `Tracker`, played by Jira. Safe to share between threads; nothing is opened before the first call."""

    def __init__(
        self,
        url: str,
        email: str,
        token: Secret | str,
        *,
        timeout: float = 10.0,
        asking: Callable[[], AbstractContextManager[None]] = nullcontext,
        named: CustomFields = NAMED_NONE,
        answering: Callable[[AnswerAction], bool] | None = None,
    ) -> None:
        """Remember where Jira is and who we are.

        Args:
            url: of the site, as in https://example.atlassian.net.
            email: of the bot's account.
            token: its API token.
            timeout: seconds to connect, and again between two bytes of an answer.
            asking: gives what each call is made inside of.
            named: the custom fields that the settings name.
            answering: answers an approval as the person that the action names; gives False where it was answered or
                decided already. Without it nobody's approvals are answered.
        """
        revealed = token.reveal() if isinstance(token, Secret) else token
        super().__init__(Connection(url, email, revealed, timeout, asking=asking), named)
        self._answering = answering
        self._desk = JiraDesk(Connection(url, email, revealed, timeout, asking=asking, api=API))

    def approvals(self, item: int) -> tuple[DeskApproval, ...]:
        """Read the approvals that a service desk asks for by itself."""
        return self._desk.approvals(item)

    def perform(self, action: Action, mark: str) -> Receipt:
        """Do the action; what it undoes and finds already gone counts as done."""
        match action:
            case CreateAction():
                return self._create(action, mark)
            case LinkAction():
                return self._link(action)
            case UnlinkAction():
                return self._unlink(action)
            case CommentAction() | RewordAction() | UncommentAction():
                return self._word(action, mark)
            case TransitionAction():
                return self._move(action, mark)
            case AnswerAction():
                return self._answer(action)
            case WatchAction() | UnwatchAction() | PriorityAction() | FieldAction() | RiskAction() | AssignAction():
                return self._edit(action)

    def find(self, action: Action, mark: str) -> Receipt | None:
        """Look whether the action is done: the link, the comment with the mark, the status reached; or its absence."""
        match action:
            case CreateAction():
                return self._created_with(action, mark)
            case LinkAction():
                links = self._links_between(action.item, action.other, action.type)
                return Receipt(id=links[0]) if links else None
            case UnlinkAction():
                return None if self._links_between(action.item, action.other, action.type) else Receipt()
            case CommentAction():
                comment = self._comment_with(action.item, mark)
                return Receipt(id=comment) if comment else None
            case RewordAction() | UncommentAction():
                return self._said(action)
            case TransitionAction():
                status = self._status(action.item)
                return Receipt(id=status.id) if status and status.id == action.after.id else None
            case AnswerAction():
                return Receipt(id=action.approval) if self._desk.has(action) else None
            case WatchAction() | UnwatchAction() | PriorityAction() | FieldAction() | RiskAction() | AssignAction():
                return self._edited(action)

    def _create(self, action: CreateAction, mark: str) -> Receipt:
        doing = f"creating an issue in {action.project}"
        answer = self._connection.write("POST", "issue", doing, body=form_of(action, mark, self.url_of))
        try:
            return created(answer)
        except NotUnderstood as reason:
            raise unreadable(Call(doing=doing, writes=True), str(reason)) from None

    def _created_with(self, action: CreateAction, mark: str) -> Receipt | None:
        """Search, since nothing else finds an issue of which only the mark is known; the search lags behind."""
        doing = f"looking for the issue that we created in {action.project}"
        body = newest_of_ours(action.project)
        if body is None:
            return None
        return self._read("search/jql", doing, lambda found: marked_among(found, mark), body=body, absent=frozenset())

    def _answer(self, action: AnswerAction) -> Receipt:
        """Answer as the person; what they had answered in the portal counts as done where it says the same."""
        if self._answering is None:
            raise GatewayError("nobody's approvals are answered in this installation", retryable=False)
        if not self._answering(action) and not self._desk.has(action):
            raise GatewayError("it was answered otherwise or decided in Jira meanwhile", retryable=False)
        return Receipt(id=action.approval)

    def _link(self, action: LinkAction) -> Receipt:
        """Link; the issue that is given as inward is the one that shows the other as outward."""
        doing = f"linking issue {action.item} to {action.other}"
        body = {
            "type": {"name": action.type},
            "inwardIssue": {"id": str(action.item)},
            "outwardIssue": {"id": str(action.other)},
        }
        self._connection.write("POST", "issueLink", doing, body=body)
        links = read_back(lambda: self._links_between(action.item, action.other, action.type))
        if not links:
            raise unreadable(Call(doing=doing, writes=True), "the link was accepted and is not there")
        return Receipt(id=links[0])

    def _unlink(self, action: UnlinkAction) -> Receipt:
        links = self._links_between(action.item, action.other, action.type)
        for link in links or ():
            doing = f"unlinking issue {action.item} from {action.other}"
            self._connection.write("DELETE", f"issueLink/{quote(link, safe='')}", doing, absent=_GONE)
        return Receipt(id=links[0]) if links else Receipt(note="the link was already gone")

    def _word(self, action: CommentAction | RewordAction | UncommentAction, mark: str) -> Receipt:
        match action:
            case CommentAction():
                return self._write_comment(action, mark)
            case RewordAction():
                return self._reword(action, mark)
            case UncommentAction():
                return self._delete_comment(action)

    def _write_comment(self, action: CommentAction, mark: str) -> Receipt:
        doing = f"commenting on issue {action.item}"
        body = {"body": _text(action, self.url_of), "properties": _properties(action, mark)}
        answer = self._connection.write("POST", f"issue/{action.item}/comment", doing, body=body)
        try:
            written = Receipt(id=new_id(answer))
        except NotUnderstood as reason:
            raise unreadable(Call(doing=doing, writes=True), str(reason)) from None
        self._stop_watching(action.item)
        return written

    def _said(self, action: RewordAction | UncommentAction) -> Receipt | None:
        text = self._comment_text(action.item, action.comment)
        if isinstance(action, RewordAction):
            done = text is not None and _is_same_text(text, _text(action, self.url_of))
        else:
            done = text is None
        return Receipt(id=action.comment) if done else None

    def _reword(self, action: RewordAction, mark: str) -> Receipt:
        """Change our comment, unless somebody else did; `mark` stays its mark, since it is still ours."""
        text = self._comment_text(action.item, action.comment)
        if text is None:
            raise GatewayError(f"Comment {action.comment} of issue {action.item} is gone", retryable=False)
        former = CommentAction(item=action.item, text=action.before, whole=action.whole)
        if not _is_same_text(text, _text(former, self.url_of)):
            words = f"Comment {action.comment} of issue {action.item} was changed by somebody, so it is left as it is"
            raise GatewayError(words, retryable=False)
        path = f"issue/{action.item}/comment/{quote(action.comment, safe='')}"
        body = {"body": _text(action, self.url_of), "properties": _properties(action, mark)}
        self._connection.write("PUT", path, f"changing a comment of issue {action.item}", body=body)
        return Receipt(id=action.comment)

    def _delete_comment(self, action: UncommentAction) -> Receipt:
        text = self._comment_text(action.item, action.comment)
        if text is None:
            return Receipt(note="the comment was already gone")
        if not _is_same_text(text, _text(action, self.url_of)):
            words = f"Comment {action.comment} of issue {action.item} was changed by somebody, so it is left as it is"
            raise GatewayError(words, retryable=False)
        path = f"issue/{action.item}/comment/{quote(action.comment, safe='')}"
        self._connection.write("DELETE", path, f"deleting a comment of issue {action.item}", absent=_GONE)
        return Receipt(id=action.comment)

    def _move(self, action: TransitionAction, mark: str) -> Receipt:
        properties = [{"key": f"{MARK_PROPERTY}.{mark[:16]}", "value": {"mark": mark}}]
        if action.kept:
            properties.append({"key": KEPT_PROPERTY, "value": action.kept})
        body = {"transition": {"id": action.transition}, "fields": action.fields, "properties": properties}
        doing = f"moving issue {action.item} to another status"
        self._connection.write("POST", f"issue/{action.item}/transitions", doing, body=body)
        status = read_back(lambda: self._status(action.item))
        if status is None:
            return Receipt(note="moved, and out of our sight since")
        if status.id == action.before.id:
            raise unreadable(Call(doing=doing, writes=True), "the move was accepted and the status is as before")
        return Receipt(id=status.id, note="" if status.id == action.after.id else f"it is now {status.name}")


def _properties(action: CommentAction | RewordAction, mark: str) -> list[dict[str, object]]:
    properties: list[dict[str, object]] = [{"key": MARK_PROPERTY, "value": {"mark": mark}}]
    return [*properties, {"key": _INTERNAL, "value": {"internal": True}}] if action.internal else properties


def _text(action: CommentAction | RewordAction | UncommentAction, url_of: Callable[[str], str]) -> str:
    return (render_whole if action.whole else render)(action.text, url_of)


def _is_same_text(one: str, other: str) -> bool:
    """Compare as Jira keeps texts: it may turn line ends round and cut blanks at the ends."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
