"""Reads Jira directly, by id and never by search, which lags. It changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from integrations.jira import answers
from integrations.jira.client import Connection
from integrations.jira.custom import NAMED_NONE, CustomFields
from integrations.jira.errors import Call, unreadable
from integrations.jira.named_fields import values_in
from integrations.jira.site_fields import SiteFields
from integrations.jira.translate import FIELDS, open_transitions, snapshot
from integrations.jira.values import NotUnderstood
from orchestrator.ports import Remark, Remarks
from rules.actions import OpenTransition
from rules.canonical import revive
from rules.model import ItemLink, Snapshot, Status

__all__ = ["JiraReads"]

T = TypeVar("T")

_COMMENTS_A_PAGE = 100
_ISSUES_A_CHECK = 1000
_REFUSED = frozenset({400, 403, 404})


class JiraReads:
    """The reading half of the tracker. All methods raise GatewayError, never in doubt."""

    def __init__(self, connection: Connection, named: CustomFields = NAMED_NONE) -> None:
        self._connection = connection
        self._fields = SiteFields(connection, named)
        self._account: str | None = None

    def account(self) -> str:
        """Give the account id that the bot acts as; asked once, then remembered."""
        if self._account is None:
            self._account = self._read("myself", "asking who we are", answers.account, absent=frozenset())
        return self._account or ""

    def ping(self) -> None:
        """Ask Jira whether it is there, and takes us."""
        self._connection.read("myself", "asking whether it is there", absent=frozenset())

    def account_of(self, email: str) -> str | None:
        """Give the one active account that shows this address; Jira hides most addresses."""
        found = self._read(
            "user/search",
            "looking for an account by its address",
            lambda body: answers.accounts_with(body, email),
            params={"query": email, "maxResults": 50},
        )
        return next(iter(found)) if found and len(found) == 1 else None

    def item(self, item: int) -> Snapshot | None:
        """Read an issue with its fields and recent changes; None when it is not there for us."""
        return self._issue(str(item))

    def item_by_key(self, key: str) -> Snapshot | None:
        """Read an issue by its key; what cannot be a key is no issue, and never gets into an address."""
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}-[0-9]{1,18}", key):
            return None
        return self._issue(key)

    def transitions(self, item: int) -> tuple[OpenTransition, ...]:
        """Read what is open to us now, with the fields of the screens; nothing when the issue is not there for us."""
        params = {"expand": "transitions.fields"}
        path, doing = f"issue/{item}/transitions", f"reading the transitions of issue {item}"
        return self._read(path, doing, open_transitions, params=params) or ()

    def may_browse(self, account: str, items: Collection[int]) -> frozenset[int]:
        """Tell which of the issues an account may see; none where Jira refuses to say.

        Source: https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-permissions/ (to ask for others,
        the bot's account needs the global permission "Administer Jira"; up to 1,000 issues a call).
        """
        asked = sorted(set(items))
        parts = [asked[start : start + _ISSUES_A_CHECK] for start in range(0, len(asked), _ISSUES_A_CHECK)]
        granted = frozenset[int]().union(*(self._browsable(account, part) for part in parts))
        return granted.intersection(asked)

    def watchers(self, item: int) -> frozenset[str] | None:
        """Read who watches an issue; None when it is not there for us, or Jira does not tell us."""
        doing = f"reading who watches issue {item}"
        return self._read(f"issue/{item}/watchers", doing, answers.watchers, absent=_REFUSED)

    def values(self, item: int, fields: Collection[str]) -> dict[str, str]:
        """Read what fields hold, by their names; blank where one is empty, or unknown here."""
        ids = self._fields.ids_of(fields)
        params = {"fields": ",".join(id_ for id_ in ids.values() if id_ is not None) or "summary"}
        found = self._read(
            f"issue/{item}", f"reading fields of issue {item}", partial(values_in, ids=ids), params=params
        )
        return found or dict.fromkeys(fields, "")

    def remarks(self, item: int) -> Remarks:
        """Read the newest comments of an issue; none where it is not there for us."""
        return self._newest_comments(item, 0, answers.remarks) or Remarks()

    def remark(self, item: int, comment: str) -> Remark | None:
        """Read one comment; None where it is not there for us."""
        doing = f"reading comment {comment} of issue {item}"
        return self._read(f"issue/{item}/comment/{quote(comment, safe='')}", doing, answers.remark)

    def url_of(self, key: str) -> str:
        """Give the address at which a human opens the issue."""
        return f"{self._connection.url}/browse/{quote(key, safe='')}"

    def _issue(self, named: str) -> Snapshot | None:
        custom = self._fields.known()
        params = {"fields": ",".join((*FIELDS, *custom.ids)), "expand": "changelog"}
        return self._read(f"issue/{named}", f"reading issue {named}", partial(snapshot, custom=custom), params=params)

    def _browsable(self, account: str, items: list[int]) -> frozenset[int]:
        found = self._read(
            "permissions/check",
            "asking what a person may see",
            answers.browsable,
            body={"accountId": account, "projectPermissions": [{"permissions": ["BROWSE_PROJECTS"], "issues": items}]},
            absent=_REFUSED,
        )
        return found or frozenset()

    def _links_between(self, item: int, other: int, kind: str) -> tuple[str, ...] | None:
        """Give the ids of the links of this type from item outward to other; None when the item is not there for us."""
        seen = self._read(
            f"issue/{item}", f"reading the links of issue {item}", snapshot, params={"fields": "issuelinks"}
        )
        if seen is None:
            return None
        links = [revive(link, ItemLink) for link in seen.fields.get("links", ())]
        fits = (link for link in links if (link.direction, link.other) == ("outward", other))
        return tuple(link.id for link in fits if link.type.casefold() == kind.casefold())

    def _status(self, item: int) -> Status | None:
        doing = f"reading the status of issue {item}"
        seen = self._read(f"issue/{item}", doing, snapshot, params={"fields": "status"})
        return revive(seen.fields["status"], Status) if seen and "status" in seen.fields else None

    def _priority(self, item: int) -> str | None:
        doing = f"reading the priority of issue {item}"
        seen = self._read(f"issue/{item}", doing, snapshot, params={"fields": "priority"})
        return seen.fields.get("priority") if seen else None

    def _assignee(self, item: int) -> tuple[str | None] | None:
        """Give whose an issue is, in a tuple; None where it is not there."""
        doing = f"reading who has issue {item}"
        seen = self._read(f"issue/{item}", doing, snapshot, params={"fields": "assignee"})
        return (seen.fields.get("assignee"),) if seen else None

    def _comment_text(self, item: int, comment: str) -> str | None:
        doing = f"reading comment {comment} of issue {item}"
        return self._read(f"issue/{item}/comment/{quote(comment, safe='')}", doing, answers.comment_text)

    def _comment_with(self, item: int, mark: str) -> str | None:
        """Look through all comments, the newest first, for the one that carries the mark; gives its id."""
        start, total = 0, 1
        while start < total:
            page = self._newest_comments(item, start, answers.comment_page)
            if page is None or not page.marks:
                return None
            found = next((comment for comment, carried in page.marks if carried == mark), None)
            if found is not None:
                return found
            start, total = start + len(page.marks), page.total
        return None

    def _newest_comments(self, item: int, start: int, understand: Callable[[object], T]) -> T | None:
        return self._read(
            f"issue/{item}/comment",
            f"reading the comments of issue {item}",
            understand,
            params={"orderBy": "-created", "expand": "properties", "startAt": start, "maxResults": _COMMENTS_A_PAGE},
        )

    def _read(self, path: str, doing: str, understand: Callable[[object], T], **how: Any) -> T | None:
        body = self._connection.read(path, doing, **how)
        if body is None:
            return None
        try:
            return understand(body)
        except NotUnderstood as reason:
            raise unreadable(Call(doing=doing, writes=False), str(reason)) from None
