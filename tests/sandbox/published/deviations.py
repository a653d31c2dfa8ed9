"""The one list of what the sandbox says other than the published documents, each with its reason; the docs tell it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """What is known to differ: in words, as the lines of mistakes that it explains, and why."""

    what: str
    line: str
    reason: str


KNOWN = (
    Deviation(
        "Slack: a changed or deleted message is told inside the event without `channel`, `channel_type` and `event_ts`",
        r"slack event_any: (previous_)?message: '(channel|channel_type|event_ts)' is a required property",
        "the schema takes the inner message for an event of its own; in Slack only the event around it has them",
    ),
    Deviation(
        "Slack: `comments_count` of a file in an event is a number",
        r"slack event_any: (previous_message/|message/)?files/\d+/comments_count: \d+ is not of type 'string'",
        "the schemas of the methods and the captured answers have a number",
    ),
    Deviation(
        "Slack: a press in a modal or on a home has no `response_url`",
        r"slack block_actions: : 'response_url' is a required property",
        "there is no message to answer to; the schema was written for messages",
    ),
    Deviation(
        "Slack: a choice in a `datetimepicker` is told",
        r"slack block_actions: actions/\d+/type: '\w+' was expected",
        "the schema of actions leaves this element out, that of blocks has it",
    ),
    Deviation(
        "Slack: a press tells the `confirm` of its button as the app wrote it",
        r"slack block_actions: actions/\d+/confirm.*",
        "the schema of actions has the confirmation of attachments, which came before blocks",
    ),
    Deviation(
        "Slack: `conversations.kick`, `conversations.leave`, `conversations.setPurpose`, `dnd.info`, `dnd.teamInfo`, "
        "`users.getPresence` are answered",
        r"slack (conversations\.(kick|leave|setPurpose)|dnd\.(info|teamInfo)|users\.getPresence): no schema",
        "the method exists, and no schema of it is published",
    ),
    Deviation(
        "Slack: blocks in the answers of `chat`, `conversations` and other methods are all that Block Kit has",
        r"slack [a-z]+\.\w+(\.\w+)*: (\w+/)*(\d+/)?blocks/\d+.*",
        "these schemas know some kinds only; in events the same blocks are held to the schema of all kinds",
    ),
    Deviation(
        "Jira: `/rest/webhooks/1.0/webhook` and `/rest/applinks/latest` are answered",
        r"jira \w+ /rest/(webhooks/1\.0/webhook(/\d+)?|applinks/latest/\w+) \d+: no document knows this path",
        "the first is described in words alone, the second not at all, and clients use both",
    ),
    Deviation(
        "Jira's webhooks: people have no `name` and `key`, and no address where the profile hides it",
        r"webhook \S+: .*/(author|updateAuthor|creator|reporter|assignee|user)/(name|key|emailAddress): it is missing",
        "Atlassian took the first two away; the captures are older or of sites whose people show their address",
    ),
    Deviation(
        "Confluence: `/wiki/rest/api` is answered",
        r"confluence \w+ /wiki/rest/api/\S+ \d+: no document knows this path",
        "the document is of version 2, which has no search; clients use version 1 beside it",
    ),
)


def unexplained(mistakes: Iterable[str], known: Iterable[Deviation] = KNOWN) -> list[str]:
    """The mistakes that no known deviation explains."""
    patterns = [re.compile(deviation.line) for deviation in known]
    return [mistake for mistake in mistakes if not any(pattern.fullmatch(mistake) for pattern in patterns)]
