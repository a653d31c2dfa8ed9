"""Tells who is joined across the rules, Jira and Slack, and who is not, with what would join them. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, Protocol

from orchestrator.memory import Directory
from orchestrator.ports import ChatProfile
from rules.model import Person
from rules.ruleset import Ruleset

__all__ = ["Entry", "Members", "roll"]

State = Literal["joined", "not joined", "guest", "left"]


class Members(Protocol):
    """What is asked of the `Chat`."""

    def channel(self, name: str) -> str | None:
        """Give a channel's id."""
        ...

    def members(self, channel: str) -> tuple[str, ...]:
        """Give the users in a channel."""
        ...

    def profile(self, user: str) -> ChatProfile | None:
        """Read a user; None when unknown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody, by the id that we know them by.

    `open_items`: how many open issues are assigned to them; `fix`: what would join them, empty where nothing is amiss.
    """

    id: str
    name: str
    state: State
    jira: str | None = None
    slack: str | None = None
    open_items: int = 0
    fix: str = ""

    def plain(self) -> dict[str, object]:
        """Give it as data."""
        return asdict(self)


def roll(rules: Ruleset, directory: Directory, chat: Members, owners: Mapping[str, int]) -> Iterator[Entry]:
    """Give everybody whom the rules name, then who else is at work and is not joined.

    These are Jira accounts that open issues are assigned to and no Slack user is known of, and people in the channels
    of the rules whose Jira account is not known.

    Args:
        rules: the rules in force.
        directory: who is who.
        chat: the channels.
        owners: how many open issues are assigned to each Jira account.

    Raises:
        GatewayError: Jira or Slack could not be asked now.
    """
    named = directory.everyone(rules)
    for person in named:
        yield _named(person, directory, owners)
    there = {user: directory.of_slack(user, rules) for user in sorted(_in_channels(rules, chat))}
    known = {one.jira for one in (*named, *there.values()) if one is not None}
    for account in sorted(owners.keys() - known, key=lambda one: (-owners[one], one)):
        behind = directory.of_jira(account, rules)
        if behind is not None and behind.slack is None:
            yield _owner(account, owners[account])
    for user, someone in there.items():
        joined = someone is None or someone.jira is not None or someone.id in rules.people
        if someone is None or joined or not _is_human(chat.profile(user)):
            continue
        fix = f"use one visible address in Jira and Slack, or write a person with `slack: {user}` and `jira: ...`"
        yield Entry(id=someone.id, name=someone.name, state="not joined", slack=user, fix=fix)


def _named(person: Person, directory: Directory, owners: Mapping[str, int]) -> Entry:
    lacking = [name for name, account in (("jira", person.jira), ("slack", person.slack)) if account is None]
    state: State = "not joined" if lacking else "guest" if person.guest else "joined"
    fix = " and ".join(f"write people.{person.id}.{name}" for name in lacking)
    if directory.has_left(person):
        state, fix = "left", f"take people.{person.id} out of the rules, and give their open issues to others"
    elif state == "guest":
        fix = "guests and people of other workspaces decide nothing, and are given nothing"
    return Entry(
        id=person.id,
        name=person.name,
        state=state,
        jira=person.jira,
        slack=person.slack,
        open_items=owners.get(person.jira or "", 0),
        fix=fix,
    )


def _owner(account: str, count: int) -> Entry:
    fix = f"use one visible address in Jira and Slack, or write a person with `jira: {account}` and `slack: ...`"
    return Entry(id=f"jira:{account}", name="", state="not joined", jira=account, open_items=count, fix=fix)


def _in_channels(rules: Ruleset, chat: Members) -> Collection[str]:
    names = {one.channel for one in rules.workflows.values()} | {*rules.noise.channels.values()}
    channels = [id_ for name in sorted(names) if (id_ := chat.channel(name)) is not None]
    return {user for channel in channels for user in chat.members(channel)}


def _is_human(profile: ChatProfile | None) -> bool:
    return profile is not None and not profile.bot and profile.active
