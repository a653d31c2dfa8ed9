"""Edits an issue in Jira without moving it: who watches it, its priority, who has it, what it tells of a risk.

It must not decide, retry, or search.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from integrations.jira.answers import RISK_PROPERTY, property_value
from integrations.jira.field_values import written_as
from integrations.jira.reads import JiraReads
from orchestrator.ports import GatewayError, Receipt
from rules.actions import AssignAction, FieldAction, PriorityAction, RiskAction, UnwatchAction, WatchAction

__all__ = ["JiraEdits", "read_back"]

T = TypeVar("T")
Edit: TypeAlias = WatchAction | UnwatchAction | PriorityAction | FieldAction | RiskAction | AssignAction

_GONE = frozenset({404})
_NOT_OURS = frozenset({400, 403, 404})


def read_back(read: Callable[[], T]) -> T:
    """Read what was just changed, or tidy up after it; where that fails, the change itself is in doubt."""
    try:
        return read()
    except GatewayError as error:
        words = f"Changed, but not read back: {error}"
        raise GatewayError(words, retryable=True, in_doubt=True, retry_after=error.retry_after) from error


class JiraEdits(JiraReads):
    """The part of the tracker's acting half that changes an issue in place. All methods raise GatewayError.

    Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-watchers/ (the body of a new
    watcher is the account id alone; adding one who watches already changes nothing).
    """

    def _edit(self, action: Edit) -> Receipt:
        match action:
            case WatchAction():
                return self._watch(action)
            case UnwatchAction():
                return self._unwatch(action)
            case PriorityAction():
                return self._prioritise(action)
            case FieldAction():
                return self._fill(action)
            case RiskAction():
                return self._tell_risk(action)
            case AssignAction():
                return self._assign(action)

    def _edited(self, action: Edit) -> Receipt | None:
        if isinstance(action, PriorityAction):
            return Receipt() if self._priority(action.item) == action.after else None
        if isinstance(action, FieldAction):
            return Receipt() if self.values(action.item, [action.field])[action.field] == action.after else None
        if isinstance(action, RiskAction):
            doing = f"reading what issue {action.item} tells of a risk"
            return Receipt() if self._read(_risk(action.item), doing, property_value) == action.after else None
        if isinstance(action, AssignAction):
            return Receipt() if self._assignee(action.item) == (action.after,) else None
        watches = action.account in (self.watchers(action.item) or ())
        return Receipt(id=action.account) if watches == isinstance(action, WatchAction) else None

    def _watch(self, action: WatchAction) -> Receipt:
        doing = f"adding a watcher to issue {action.item}"
        self._connection.write("POST", f"issue/{action.item}/watchers", doing, body=action.account)
        return Receipt(id=action.account)

    def _unwatch(self, action: UnwatchAction) -> Receipt:
        if action.account not in (self.watchers(action.item) or ()):
            return Receipt(note="was no watcher any more")
        doing = f"removing a watcher from issue {action.item}"
        self._connection.write("DELETE", _watcher(action.item, action.account), doing, absent=_GONE)
        return Receipt(id=action.account)

    def _stop_watching(self, item: int) -> None:
        """Take our own account off the watchers, to whom Jira adds whoever comments: it needs no mails."""
        doing = f"leaving the watchers of issue {item}"
        path = _watcher(item, self.account())
        read_back(lambda: self._connection.write("DELETE", path, doing, absent=_NOT_OURS))

    def _prioritise(self, action: PriorityAction) -> Receipt:
        doing = f"changing the priority of issue {action.item}"
        after = None if action.after is None else {"name": action.after}
        self._connection.write("PUT", f"issue/{action.item}", doing, body={"fields": {"priority": after}})
        return Receipt(note=f"it was {action.before or 'none'}")

    def _fill(self, action: FieldAction) -> Receipt:
        """Write a field as Jira takes one of its kind, which the issue's own edit screen tells."""
        doing = f"changing a field of issue {action.item}"
        id_ = self._fields.ids_of([action.field])[action.field]
        told = self._read(f"issue/{action.item}/editmeta", "reading what may be edited", written_as(id_, action.after))
        if id_ is None or told is None:
            words = f"Jira does not let me change {action.field} of issue {action.item} to {action.after or 'nothing'}"
            raise GatewayError(words, retryable=False)
        self._connection.write("PUT", f"issue/{action.item}", doing, body={"fields": {id_: told.value}})
        return Receipt()

    def _tell_risk(self, action: RiskAction) -> Receipt:
        """Write the property whole, or take it off; one that is gone counts as taken off."""
        doing = f"telling on issue {action.item} of a risk"
        if action.after is None:
            self._connection.write("DELETE", _risk(action.item), doing, absent=_GONE)
        else:
            self._connection.write("PUT", _risk(action.item), doing, body=action.after)
        return Receipt()

    def _assign(self, action: AssignAction) -> Receipt:
        """Give the issue to an account; null is nobody, where -1 would be whom the project names.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (assign issue).
        """
        doing = f"giving issue {action.item} to somebody"
        self._connection.write("PUT", f"issue/{action.item}/assignee", doing, body={"accountId": action.after})
        return Receipt()


def _risk(item: int) -> str:
    return f"issue/{item}/properties/{RISK_PROPERTY}"


def _watcher(item: int, account: str) -> str:
    return f"issue/{item}/watchers?accountId={quote(account, safe='')}"
