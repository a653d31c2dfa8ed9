"""Whether a story came to the end that its checks expect, with the reason. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sandbox.playing.checks import Answers, AnyCheck, Effects, Issues, Messages, Place, Trail
from sandbox.playing.evidence import Evidence, key_of
from sandbox.playing.moments import Span, read_span
from sandbox.playing.script import KEY, Capability, named

Json = dict[str, Any]


class State(StrEnum):
    """How a check came out. `early`: it is met although its capability is not said to be there, which is a failure."""

    MET = "met"
    MISSED = "missed"
    NOT_YET = "not yet"
    EARLY = "met early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's outcome; `why` says what was found."""

    says: str
    state: State
    why: str
    needs: tuple[str, ...]

    @property
    def is_failure(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.state in (State.MISSED, State.EARLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of what was looked for were found, of how many that were looked at, and words about the rest."""

    found: int
    of: int
    why: str


def judge(check: AnyCheck, evidence: Evidence, capabilities: Mapping[str, Capability]) -> Finding:
    """Compare a check with what there is to see."""
    missing = [name for name in check.needs if not capabilities[name].here]
    count = _count(check, evidence)
    least, most = _bounds(check, count)
    met = least <= count.found and (most is None or count.found <= most)
    if missing:
        state = State.EARLY if met else State.NOT_YET
        why = f"{', '.join(missing)} is said not to be there: {count.why}"
    else:
        state, why = (State.MET if met else State.MISSED), count.why
    return Finding(says=check.says, state=state, why=why, needs=check.needs)


def _bounds(check: AnyCheck, count: Count) -> tuple[int, int | None]:
    if check.at_least is None and check.at_most is None:
        return (count.of if isinstance(check, Issues) else 1), None
    return check.at_least or 0, check.at_most


def _count(check: AnyCheck, evidence: Evidence) -> Count:
    match check:
        case Issues():
            return _issues(check, evidence)
        case Messages():
            found = [
                one
                for one in evidence.messages
                if all(word in one.text for word in check.words)
                and (not check.about or one.keys & _keys(check.about, evidence))
                and (not check.to or one.to in check.to)
                and _in_time(one.at, check.within, evidence)
            ]
            return Count(found=len(found), of=len(evidence.messages), why=f"{len(found)} such messages")
        case Trail():
            entries = evidence.trails.get(key_of(check.issue, evidence.keys) or "", ())
            of_kind = [one for one in entries if one.get("kind") == check.kind]
            told = [one for one in of_kind if all(word in str(one.get("text")) for word in check.words)]
            return Count(found=len(told), of=len(entries), why=f"{len(told)} such entries in the trail")
        case Answers():
            given = [
                one
                for one in evidence.answers
                if one.button == check.button
                and (not check.who or one.who in check.who)
                and _in_time(one.at, check.within, evidence)
            ]
            by = ", ".join(sorted({one.who for one in given})) or "nobody"
            return Count(found=len(given), of=len(evidence.answers), why=f"{len(given)} such answers, by {by}")
        case Effects():
            return _effects(check, evidence)
        case Place():
            there = evidence.places.get(check.at, "")
            found_there = all(word in there for word in check.words)
            return Count(found=int(found_there), of=1, why=f"{check.at} holds {there[:200]!r}")


def _effects(check: Effects, evidence: Evidence) -> Count:
    about = _keys(check.about, evidence)
    found = [
        one
        for one in evidence.changes
        if (not check.kinds or one.kind in check.kinds)
        and (not check.about or one.issue in about)
        and (not check.before_answer or not _answered(one.issue, one.at, evidence))
    ]
    what = ", ".join(sorted({f"{one.kind} on {one.issue}" for one in found})[:5])
    return Count(found=len(found), of=len(evidence.changes), why=f"{len(found)} such changes {what}".rstrip())


def _answered(key: str, moment: datetime, evidence: Evidence) -> bool:
    return any(key in one.keys and one.at <= moment for one in evidence.answers if one.button == "request.approve")


def _issues(check: Issues, evidence: Evidence) -> Count:
    keys = sorted(_keys(check.which, evidence))
    against = {key: next(_objections(check, key, evidence), "") for key in keys}
    wrong = [f"{key} {why}" for key, why in against.items() if why]
    why = f"{len(keys) - len(wrong)} of {len(keys)} issues" + (f"; {'; '.join(wrong[:3])}" if wrong else "")
    return Count(found=len(keys) - len(wrong), of=max(len(keys), 1), why=why)


def _objections(check: Issues, key: str, evidence: Evidence) -> Iterator[str]:
    issue = evidence.issues.get(key)
    if issue is None:
        yield "is not there"
        return
    fields = issue["fields"]
    for name, wanted in (("status", check.status), ("priority", check.priority)):
        if wanted and (is_now := (fields[name] or {}).get("name")) not in wanted:
            yield f"has the {name} {is_now}"
    if check.resolution and (is_now := (fields["resolution"] or {}).get("name")) != check.resolution:
        yield f"has the resolution {is_now}"
    if check.assignee and (is_now := (fields["assignee"] or {}).get("displayName")) not in check.assignee:
        yield f"is assigned to {is_now or 'nobody'}"
    if check.linked_to and not _linked(fields["issuelinks"]) & _keys(check.linked_to, evidence):
        yield "is not linked so"
    comments = [one["body"] for one in issue["comments"] if one["author"].get("accountType") == "app"]
    if check.comments_say and not any(all(word in body for word in check.comments_say) for body in comments):
        yield "has no such comment of the bot"
    touched = any(one.issue == key for one in evidence.changes)
    if check.touched is not None and touched != check.touched:
        yield "was changed by the bot" if touched else "was not changed by the bot"


def _linked(links: Sequence[Json]) -> set[str]:
    return {str((one.get("outwardIssue") or one["inwardIssue"])["key"]) for one in links}


def _keys(names: Sequence[str], evidence: Evidence) -> set[str]:
    known = [name for name, key in evidence.keys.items() if KEY.fullmatch(key)]
    keys = (key_of(one, evidence.keys) for pattern in names for one in named(pattern, known))
    return {key for key in keys if key}


def _in_time(moment: datetime, within: Span | None, evidence: Evidence) -> bool:
    return within is None or moment <= evidence.began + read_span(within)
