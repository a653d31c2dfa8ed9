"""Names the calls to vendors whose time is told where traces are wanted. A list and nothing else."""

from typing import Final

JIRA: Final = (
    "account",
    "account_of",
    "item",
    "item_by_key",
    "transitions",
    "may_browse",
    "watchers",
    "remarks",
    "remark",
    "perform",
    "find",
    "projects",
    "may_create",
    "types",
    "form",
)
SLACK: Final = (
    "channel",
    "direct",
    "members",
    "profile",
    "user_of",
    "post",
    "update",
    "find",
    "reply",
    "publish",
    "message",
    "permalink",
)
