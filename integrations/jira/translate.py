"""Turns what Jira sends into our words: events, snapshots and transitions. No Jira dictionary leaves this module.

Pure. Every payload is taken for hostile: what is malformed raises `NotUnderstood` and nothing else, and no text that
PostgreSQL could not store (NUL, half a surrogate pair) gets through.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UnsetType

from integrations.jira.custom import NAMED_NONE, CustomFields, named_by, told_by
from integrations.jira.payloads import (
    AllowedValue,
    Change,
    CommentWebhook,
    Fields,
    Identified,
    Issue,
    IssueWebhook,
    Link,
    LinkWebhook,
    Number,
    OtherWebhook,
    Person,
    ScreenFieldShape,
    TransitionsShape,
    WebhookChangelog,
)
from integrations.jira.spoken import answer_in
from integrations.jira.values import (
    NotUnderstood,
    account_of,
    moment,
    name_of,
    number_of,
    read,
    security_of,
    status_of,
    tainted,
    utc,
)
from rules.actions import OpenTransition, ScreenField
from rules.canonical import plain, revive
from rules.model import SYSTEM, TEAM, Event, Snapshot, Subject

__all__ = ["FIELDS", "NotUnderstood", "delivery_id", "event", "field_changes", "open_transitions", "snapshot"]

_ISSUE_EVENTS = frozenset({"issue_created", "issue_updated", "issue_deleted"})
_COMMENT_EVENTS = frozenset({"comment_created", "comment_updated", "comment_deleted"})
_LINK_EVENTS = frozenset({"issuelink_created", "issuelink_deleted"})


def delivery_id(identifier: str | None, raw: bytes) -> str:
    """Give the id of a delivery: Jira's identifier, which is the same in every retry, and the SHA-256 of the raw body.

    The body counts because the identifier is not signed: it alone could be replayed to hide another event. Without an
    identifier, the body stands alone.
    """
    body = hashlib.sha256(raw).hexdigest()
    if not identifier:
        return body
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", identifier):
        identifier = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{identifier}:{body}"


def event(body: object, delivery: str, received_at: datetime, custom: CustomFields = NAMED_NONE) -> Event:
    """Turn a webhook's body into a signal about its issue, or, where a new comment is an answer, into a command.

    Args:
        body: the decoded JSON.
        delivery: what `delivery_id` made for it.
        received_at: domain time at the door.
        custom: what is known of the site's custom fields.

    Returns:
        An event named `jira.<what happened>`. Its payload has `actor` (account id or None) and, where Jira tells them,
        `snapshot`, `comment` (id, author, text, whether it is public), `changed` (names of fields) and `other` (the far
        end of a link).
        An event of a kind that we do not act on has `needs_look` False. An answer is a command `vote.written`, with
        `user` (who wrote it), `choice` and `reason`.

    Raises:
        NotUnderstood: a part that the event must have is missing or wrong.
    """
    happened = _happened(body)
    if happened in _ISSUE_EVENTS:
        webhook, deleted = read(body, IssueWebhook), happened == "issue_deleted"
        subject, payload = _of_issue(webhook, received_at, custom, deleted=deleted)
    elif happened in _COMMENT_EVENTS:
        subject, payload = _of_comment(read(body, CommentWebhook), happened)
        if happened == "comment_created" and (spoken := _answer(payload)):
            return Event(
                id=delivery,
                kind="command",
                name="vote.written",
                source="jira",
                subject=subject,
                received_at=received_at,
                payload=spoken,
            )
    elif happened in _LINK_EVENTS:
        subject, payload = _of_link(read(body, LinkWebhook))
    else:
        subject, payload = _of_other(read(body, OtherWebhook))
    return Event(
        id=delivery,
        kind="signal",
        name=f"jira.{happened}",
        source="jira",
        subject=subject,
        received_at=received_at,
        payload=payload,
        needs_look=happened in _ISSUE_EVENTS | _COMMENT_EVENTS | _LINK_EVENTS,
    )


def snapshot(issue: object, custom: CustomFields = NAMED_NONE) -> Snapshot:
    """Turn an issue, from REST or from a webhook, into a snapshot of the fields that it holds, times in UTC.

    `custom` is what is known of the site's custom fields.

    Raises:
        NotUnderstood: it is not an issue.
    """
    shape = read(issue, Issue)
    histories = shape.changelog.histories if shape.changelog else ()
    changes = [
        change
        for history in histories
        for change in field_changes(history.id, history.items, utc(history.created), history.author, custom)
    ]
    return _snapshot(shape, changes, custom)


def open_transitions(body: object) -> tuple[OpenTransition, ...]:
    """Turn the answer to `transitions?expand=transitions.fields` into what is open now, in Jira's order.

    Raises:
        NotUnderstood: it is not such an answer.
    """
    return tuple(
        OpenTransition(
            id=str(shape.id),
            name=shape.name,
            to=status_of(shape.to),
            required=tuple(_screen(id_, field) for id_, field in shape.fields.items() if field.required),
            optional=tuple(_screen(id_, field) for id_, field in shape.fields.items() if not field.required),
        )
        for shape in read(body, TransitionsShape).transitions
        if shape.is_available
    )


def _happened(body: object) -> str:
    named = body.get("webhookEvent") if isinstance(body, dict) else None
    words = named.removeprefix("jira:").lower() if isinstance(named, str) else ""
    return re.sub(r"[^a-z0-9_]+", "_", words)[:60].strip("_") or "unknown"


def _of_issue(
    webhook: IssueWebhook, received_at: datetime, custom: CustomFields, *, deleted: bool
) -> tuple[Subject, dict[str, Any]]:
    log = webhook.changelog or WebhookChangelog()
    at = received_at if webhook.timestamp is None else moment(webhook.timestamp)
    changes = [] if log.id is None else field_changes(log.id, log.items, at, webhook.user, custom)
    payload: dict[str, Any] = {"actor": account_of(webhook.user)}
    if "updated" in webhook.issue.fields or deleted:
        known = named_by(((item.field, item.field_id) for item in log.items), custom)
        payload["snapshot"] = plain(_snapshot(webhook.issue, changes, known, deleted=deleted))
    if log.items:
        payload["changed"] = list(dict.fromkeys(item.name for item in log.items))
    return _item(webhook.issue.id), payload


def _of_comment(webhook: CommentWebhook, happened: str) -> tuple[Subject, dict[str, Any]]:
    comment = webhook.comment
    by = {"comment_created": comment.author, "comment_updated": comment.update_author or comment.author}
    return _item(webhook.issue.id), {
        "actor": account_of(webhook.user or by.get(happened)),
        "comment": {
            "id": str(comment.id),
            "author": account_of(comment.author),
            "text": tainted(comment.body),
            "public": comment.jsd_public and comment.visibility is None,
            "at": comment.created and utc(comment.created),
        },
    }


def _answer(payload: dict[str, Any]) -> dict[str, Any] | None:
    author, said = payload["comment"]["author"], answer_in(payload["comment"]["text"]["text"])
    return None if author is None or said is None else {"user": author, "actor": author, **said}


def _of_link(webhook: LinkWebhook) -> tuple[Subject, dict[str, Any]]:
    ends = webhook.issue_link
    return _item(ends.source_issue_id), {
        "actor": account_of(webhook.user),
        "other": number_of(ends.destination_issue_id),
    }


def _of_other(webhook: OtherWebhook) -> tuple[Subject, dict[str, Any]]:
    try:
        subject = _item(read(webhook.issue, Identified).id)
    except NotUnderstood:
        subject = SYSTEM
    try:
        actor = account_of(read(webhook.user, Person))
    except NotUnderstood:
        actor = None
    return subject, {"actor": actor}


def _item(issue_id: Number) -> Subject:
    return Subject(kind="item", id=str(number_of(issue_id)))


def _snapshot(
    issue: Issue, changes: Iterable[dict[str, Any]], custom: CustomFields, *, deleted: bool = False
) -> Snapshot:
    fields = {**dict(_fields(read(issue.fields, Fields))), **dict(told_by(issue.fields, custom))}
    data = {
        "id": number_of(issue.id),
        "key": issue.key,
        "updated": fields.get("updated"),
        "fields": fields,
        "changes": list(changes),
        "deleted": deleted,
    }
    return revive(data, Snapshot)


def _fields(fields: Fields) -> Iterator[tuple[str, Any]]:
    """Name the fields as `rules.model.Item` does, each with its plain JSON value, those that are present."""
    for name, jira_name, translated in _FIELDS:
        value = getattr(fields, _ATTRIBUTES[jira_name])
        if not isinstance(value, UnsetType):
            yield name, translated(value)


def _link(link: Link) -> Iterator[dict[str, Any]]:
    """Give the link as `ItemLink`; nothing where Jira hides the other end."""
    ends = (("outward", link.outward_issue), ("inward", link.inward_issue))
    for direction, other in ends:
        if other is not None:
            yield {
                "id": str(link.id),
                "type": link.type.name,
                "direction": direction,
                "other": number_of(other.id),
                "other_key": other.key,
            }


def field_changes(
    entry: Number, items: Iterable[Change], at: datetime | str, by: Person | None, custom: CustomFields
) -> list[dict[str, Any]]:
    """Turn one entry of a changelog into plain `FieldChange`s; each is known by the entry and its place in it.

    The field in which teams are told is `TEAM` there, however the site calls it.
    """
    return [
        {
            "id": f"{entry}:{place}",
            "at": msgspec.to_builtins(at),
            "author": account_of(by),
            "field": TEAM if custom.team is not None and item.field_id == custom.team else item.name,
            "before": None if item.before is None else str(item.before),
            "before_text": item.before_text,
            "after": None if item.after is None else str(item.after),
            "after_text": item.after_text,
        }
        for place, item in enumerate(items)
    ]


def _screen(id_: str, field: ScreenFieldShape) -> ScreenField:
    return ScreenField(id=id_, name=field.name, allowed=tuple(filter(None, map(_shown, field.allowed_values))))


def _shown(value: AllowedValue) -> str | None:
    return value.name if value.name is not None else value.value


_FIELDS: tuple[tuple[str, str, Callable[[Any], object]], ...] = (
    ("project", "project", lambda project: project.key),
    ("summary", "summary", tainted),
    ("description", "description", tainted),
    ("type", "issuetype", name_of),
    ("status", "status", lambda status: msgspec.to_builtins(status_of(status))),
    ("created", "created", utc),
    ("updated", "updated", utc),
    ("resolved_at", "resolutiondate", lambda time: time and utc(time)),
    ("priority", "priority", name_of),
    ("resolution", "resolution", name_of),
    ("reporter", "reporter", account_of),
    ("assignee", "assignee", account_of),
    ("components", "components", lambda some: [one.name for one in some or ()]),
    ("versions", "versions", lambda some: [one.name for one in some or ()]),
    ("fix_versions", "fixVersions", lambda some: [one.name for one in some or ()]),
    ("due", "duedate", msgspec.to_builtins),
    ("labels", "labels", lambda some: list(some or ())),
    ("security_level", "security", security_of),
    ("links", "issuelinks", lambda some: [end for link in some or () for end in _link(link)]),
)

_ATTRIBUTES = {field.encode_name: field.name for field in msgspec.structs.fields(Fields)}
FIELDS = tuple(jira_name for _, jira_name, _ in _FIELDS)
"""The fields that a snapshot is made of, under Jira's names; the custom ones come to these."""
