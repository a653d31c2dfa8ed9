"""Which scope a request to Jira needs when an app makes it for somebody. The classic scopes; a table and nothing else.

Source: the scopes that the published documents of Jira and Jira Service Management name for each operation.
"""

import re

READING = frozenset({"GET", "HEAD"})
#: By path, then for reading and for writing; the first that fits counts.
SCOPES = (
    (r"/rest/servicedeskapi/request", "read:servicedesk-request", "write:servicedesk-request"),
    (r"/rest/servicedeskapi/", "read:servicedesk-request", "manage:servicedesk-customer"),
    (r"/rest/api/[23]/(myself|user|users|groups?)\b", "read:jira-user", "manage:jira-configuration"),
    (r"/rest/api/[23]/", "read:jira-work", "write:jira-work"),
)


def lacking(method: str, path: str, scopes: tuple[str, ...]) -> bool:
    """Whether what somebody consented to does not cover this request; what is not in the table, nothing covers."""
    found = next((row for row in SCOPES if re.match(row[0], path)), None)
    if found is None:
        return True
    _, reading, writing = found
    return (reading if method in READING else writing) not in scopes
