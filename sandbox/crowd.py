"""Makes any number of people and of issues with their histories, the same for the same seed. Used at the start.

The issues are plausible in shape (who, when, which moves), not in what they say.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sandbox.jira.records import Account, Change, Comment, History, Issue, Link, Status
from sandbox.jira.state import JiraState
from sandbox.seed import PersonSeed

ZONES = ("Europe/Berlin", "Europe/Helsinki", "Asia/Kolkata", "America/New_York", "Asia/Tokyo", "Etc/UTC")
FIRST = ("Ada", "Ben", "Chidi", "Dora", "Emil", "Fatima", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lea", "Malik", "Nia")
LAST = ("Abe", "Brandt", "Costa", "Dahl", "Eriksen", "Fofana", "Garcia", "Horvat", "Ito", "Jansen", "Khan", "Lopez")
TITLES = ("Engineer", "Analyst", "Support agent", "Team lead", "Buyer", "Accountant", "Designer")
THINGS = (
    "checkout",
    "login",
    "payout",
    "report",
    "mailbox",
    "certificate",
    "backup",
    "search",
    "cart",
    "runner",
    "VPN",
)
TROUBLES = (
    "times out",
    "answers 500",
    "shows old data",
    "is slow",
    "loses its session",
    "fails at night",
    "repeats itself",
)
PLACES = ("since the last release", "for one customer", "on mobile", "in production", "after a restart", "with umlauts")
SPAN = timedelta(days=730)
MINUTE = timedelta(minutes=1)


def crowd_of(number: int, seed: int = 1) -> tuple[PersonSeed, ...]:
    """So many people with accounts in Jira and Slack, a tenth of them in charge of the rest."""
    dice = random.Random(seed)  # noqa: S311 - the same crowd in every run
    bosses = max(number // 10, 1)
    return tuple(
        PersonSeed(
            id=f"crowd{place}",
            name=f"{dice.choice(FIRST)} {dice.choice(LAST)} {place}",
            email=f"crowd{place}@example.com",
            account_id=f"sbx-crowd{place}",
            slack_id=f"U0CRWD{place:05d}",
            time_zone=dice.choice(ZONES),
            title=dice.choice(TITLES),
            manager=f"crowd{dice.randrange(bosses)}" if place >= bosses else None,
            skills=tuple(sorted(dice.sample(THINGS, 2))),
        )
        for place in range(number)
    )


def fill(jira: JiraState, number: int, seed: int = 1) -> None:
    """Take in so many issues of the last two years, oldest first, with changelogs, comments and some links."""
    maker = _Maker(jira, random.Random(seed))  # noqa: S311 - the same issues in every run
    began, step = jira.clock.now() - SPAN, SPAN / max(number, 1)
    before: list[int] = []
    for place in range(number):
        issue = maker.issue(began + step * place)
        jira.add_issue(issue)
        if before and maker.dice.random() < 0.05:
            link = Link(id=jira.next_id(), type=jira.link_types[-1], inward=issue.id, outward=maker.dice.choice(before))
            jira.add_link(link)
        before = [*before[-200:], issue.id]


class _Maker:
    def __init__(self, jira: JiraState, dice: random.Random) -> None:
        self.dice = dice
        self._jira = jira
        self._now = jira.clock.now()
        self._people: Sequence[Account] = [a for a in jira.accounts.values() if a.active and a.kind == "atlassian"]
        self._projects = [*jira.projects.values()]
        self._statuses = list(jira.statuses.values())
        self._working = [status for status in self._statuses if status.category == "indeterminate"]
        self._done = [status for status in self._statuses if status.category == "done"]
        self._types = [named for named in jira.issue_types if not named.subtask]

    def issue(self, created: datetime) -> Issue:
        dice, project = self.dice, self.dice.choice(self._projects)
        reporter = dice.choice(self._people).account_id
        summary = f"{dice.choice(THINGS)} {dice.choice(TROUBLES)} {dice.choice(PLACES)}"
        issue = Issue(
            id=self._jira.next_id(),
            key=f"{project.key}-{project.last_number + 1}",
            project=project,
            summary=summary.capitalize(),
            description=f"{summary.capitalize()}: {dice.randrange(2, 90)} times, reference {dice.randrange(10**8)}.",
            type=dice.choice(self._types),
            priority=dice.choice(self._jira.priorities),
            status=project.first_status,
            creator=reporter,
            reporter=reporter,
            created=created,
            updated=created,
            components=[dice.choice(project.components)] if project.components else [],
            labels=sorted({dice.choice(THINGS).lower()}) if dice.random() < 0.3 else [],
        )
        self._live(issue)
        return issue

    def _live(self, issue: Issue) -> None:
        """Assign it, work on it, talk about it, and mostly resolve it, each a while after the other."""
        dice, at = self.dice, issue.created
        who = dice.choice(self._people)
        if (at := self._later(at)) < self._now:
            issue.assignee = who.account_id
            self._log(issue, who.account_id, at, Change(field="assignee", field_id="assignee",
                                                         after=who.account_id, after_text=who.name))  # fmt: skip
        if (at := self._later(at)) < self._now:
            self._move(issue, dice.choice(self._working), who.account_id, at)
        for _ in range(dice.randrange(3)):
            if (at := self._later(at)) < self._now:
                self._say(issue, dice.choice((who.account_id, issue.creator)), at)
        if dice.random() < 0.8 and (at := self._later(at)) < self._now:
            issue.resolution, issue.resolved_at = dice.choice(self._jira.resolutions), at
            self._move(issue, dice.choice(self._done), who.account_id, at)

    def _later(self, at: datetime) -> datetime:
        return at + MINUTE * self.dice.randrange(1, 4_000)

    def _move(self, issue: Issue, status: Status, by: str, at: datetime) -> None:
        about = {"before": issue.status.id, "before_text": issue.status.name}
        after = {"after": status.id, "after_text": status.name}
        self._log(issue, by, at, Change(field="status", field_id="status", **about, **after))
        issue.status = status

    def _log(self, issue: Issue, by: str, at: datetime, change: Change) -> None:
        issue.history.append(History(id=self._jira.next_id(), author=by, created=at, changes=(change,)))
        issue.updated = at

    def _say(self, issue: Issue, by: str, at: datetime) -> None:
        text = f"{self.dice.choice(THINGS).capitalize()} {self.dice.choice(TROUBLES)}, {self.dice.choice(PLACES)}."
        comment = Comment(id=self._jira.next_id(), author=by, update_author=by, body=text, created=at, updated=at)
        issue.comments.append(comment)
        issue.updated = at
