"""What is remembered of the pages that people opened, and whose pages a change concerns. Values only; shows nothing."""

from typing import Final, Protocol

from orchestrator.changes import Changes
from rules.canonical import Value
from rules.model import Subject

#: The signal that somebody opened their page.
OPENED: Final = "home.opened"


class HomeRow(Value, frozen=True, kw_only=True):
    """The page of a Slack user who opened it once. `shown`: the hash of what stands there.

    `watches`: by which ids people may be named in what the page shows: their own, and those of whom they stand in for.
    """

    user: str
    shown: str | None = None
    watches: tuple[str, ...] = ()


class Homes(Protocol):
    """Who opened their page, and what it shows. A page that was opened lately is looked at when what it tells changes.

    Only so are thousands of people not written to for each question: who opens it again has it looked at anyway.
    """

    def home(self, user: str) -> HomeRow | None:
        """Give what is known of a user's page; None where they never opened it."""
        ...

    def opened(self, user: str) -> None:
        """Remember that a user opened their page just now."""
        ...

    def home_shown(self, row: HomeRow) -> None:
        """Write what a page shows, and whom it tells of."""
        ...


def concerned(changes: Changes, subject: Subject) -> frozenset[str]:
    """Give the ids of those whose pages may show what a look at the subject changed."""
    granted = any(entry.kind.startswith("grant.") for entry in changes.entries)
    spoke = subject.kind == "person" and bool(changes.absences or changes.mutes or granted)
    named: set[str | None] = {subject.id} if spoke else set()
    named |= {id_ for one in changes.delegations for id_ in (one.giver, one.to)}
    named |= {who for told in changes.notices for who in told.readers}
    for one in changes.requests:
        named |= {one.requester, *one.excluded, *(who for vote in one.votes for who in (vote.human, vote.instead_of))}
        named |= {*one.at_desk, *(call.person for call in one.calls)}
        named |= {who for step in one.steps for who in step.electorate}
    return frozenset(filter(None, named))
