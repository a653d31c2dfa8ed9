"""Who may be asked to save a promise, and in which words: they are asked, they answered, it is over. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from orchestrator.changes import Notice, Piece
from orchestrator.forecast.telling import percent
from orchestrator.memory import Directory
from orchestrator.messages import Button, Section
from orchestrator.watching.alerts import Alert, Plea, What
from orchestrator.watching.crew import team_of
from orchestrator.watching.telling import about
from orchestrator.watching.workdays import day_after
from rules.canonical import Value, digest
from rules.model import Item, Line, Moment, Part, Person, PersonRef, Subject, Tainted
from rules.ruleset import Ruleset
from rules.slas import DUE

__all__ = ["Beside", "day_asked", "in_words", "next_of_chain", "notice_of", "of_whom", "over", "told"]

_QUESTIONS: Final[dict[What, str]] = {
    "later": "Can {0} be done later than promised?",
    "decide": "May other work wait for {0}?",
    "help": "Can you help with {0}?",
    "escalate": "Please decide how the promise about {0} is kept",
}
_SAID: Final[dict[tuple[What, bool], str]] = {
    ("later", True): "{0} agrees to a later time; the clock in Jira runs on.",
    ("later", False): "{0} does not agree to a later time.",
    ("decide", True): "{0} says that other work may wait.",
    ("decide", False): "{0} says that nothing else may wait.",
    ("help", True): "{0} helps with it.",
    ("help", False): "{0} cannot help with it.",
    ("escalate", True): "{0} sees to it.",
    ("escalate", False): "{0} cannot decide about it.",
}
_ANSWERS: Final[dict[What, tuple[str, str]]] = {"escalate": ("I see to it", "I cannot")}


class Beside(Value, frozen=True, kw_only=True):
    """What a question tells beside: when the promise breaks if nothing pauses it, and what could be done, to press."""

    breaks: datetime | None = None
    moves: tuple[Piece, ...] = ()


def of_whom(
    what: What, item: Item, directory: Directory, rules: Ruleset, named: str | None = None, pleas: Sequence[Plea] = ()
) -> Person | None:
    """Give who is asked; None where nobody can be.

    It is who reported the issue and has it not, the first of the rules' chain, the next of it to whom it was not
    escalated, or for help who is `named` and has it not.
    """
    if what == "later":
        asks = item.reporter is not None and item.reporter != item.assignee
        person = directory.of_jira(item.reporter, rules) if asks and item.reporter is not None else None
    else:
        first = rules.watch.risk.chain[:1]
        wanted = {"decide": first, "escalate": next_of_chain(pleas, rules)}.get(what, (named,))
        person = next((one for one in directory.everyone(rules) if one.id in wanted), None)
        if what == "help" and person is not None and person.jira == item.assignee:
            return None
    return person if person is not None and person.linked else None


def day_asked(project: str, breaks: datetime | None, rules: Ruleset, now: datetime) -> date | None:
    """Give the day that is asked for: so many days of the team's work after the promise would break.

    None where the rules have no day written.
    """
    rule, team = rules.watch.risk.later, team_of(project, rules)
    if not rule.field:
        return None
    people = [id_ for id_, one in rules.people.items() if team in one.teams]
    return day_after(people, max(breaks or now, now), rule.days, rules)


def in_words(day: date) -> str:
    """Name a day, as in "Monday 9 March"."""
    return f"{day:%A} {day.day} {day:%B}"


def next_of_chain(pleas: Iterable[Plea], rules: Ruleset) -> tuple[str, ...]:
    """Give whom it is escalated to next, a person's id; nobody once all of the chain were told."""
    told_of = {one.person for one in pleas if one.what == "escalate"}
    return tuple(one for one in rules.watch.risk.chain if one not in told_of)[:1]


def told(pleas: Iterable[Plea]) -> tuple[Line, ...]:
    """Say what was asked, and what came of it."""
    return tuple(_told(one) for one in pleas)


def _told(one: Plea) -> Line:
    named = (PersonRef(name=one.name),)
    if one.yes is None and one.what == "escalate":
        return Line(text="It is escalated to {0}.", parts=named)
    if one.yes is None:
        return Line(text="{0} is asked, and has not answered yet.", parts=named)
    if one.what == "later" and one.yes and one.until:
        return Line(text="{0} agrees to {1}.", parts=(*named, Tainted(text=in_words(date.fromisoformat(one.until)))))
    if one.what == "later" and one.yes and one.waits:
        return Line(text="{0} agrees to a later time.", parts=named)
    return Line(text=_SAID[one.what, one.yes], parts=named)


def notice_of(alert: Alert, item: Item, plea: Plea, subject: Subject, at: datetime, beside: Beside) -> Notice:
    """Give the message to who is asked, as it should stand now."""
    value = {"subject": str(subject), "alert": alert.id, "what": plea.what}
    lines = [about(item), _chance(alert, plea, item, beside.breaks)]
    yes, no = _ANSWERS.get(plea.what, ("Yes", "No"))
    buttons = (
        Button(action="rescue.answer", label=yes, value={**value, "choice": "yes"}, style="primary"),
        Button(action="rescue.answer", label=no, value={**value, "choice": "no"}),
    )
    if plea.yes is not None:
        lines.append(_told(plea))
    section = Section(lines=tuple(lines), buttons=buttons if plea.yes is None else ())
    return _notice(alert, plea, _question(plea, item), at, (Piece(items=(item.id,), section=section), *beside.moves))


def _chance(alert: Alert, plea: Plea, item: Item, breaks: datetime | None) -> Line:
    lead = "{0} escalates it to you" if plea.what == "escalate" else "{0} wants to know"
    chance = f"{lead}: *{percent(alert.latest)}* that"
    by = PersonRef(name=plea.by)
    if alert.sla == DUE:
        due = f", due {item.due.day} {item.due:%B}" if item.due is not None else ""
        return Line(text=f"{chance} it comes late{due}.", parts=(by,))
    parts: tuple[Part, ...] = (by, Tainted(text=alert.sla))
    if breaks is None:
        return Line(text=f"{chance} its SLA {{1}} breaks.", parts=parts)
    return Line(text=f"{chance} its SLA {{1}} breaks, {{2}} if nothing pauses it.", parts=(*parts, Moment(at=breaks)))


def over(alert: Alert, item: Item, plea: Plea) -> Notice:
    """Give what the message says once the promise is kept, broken or gone, so that no answer is needed any more."""
    words = {"met": "It was kept", "broken": "It broke", "unwatched": "It is no longer watched"}
    came = words.get(alert.came or "", "It is promised no more")
    lines = (about(item), Line(text=f"*{came}*; nothing has to be decided any more."))
    piece = Piece(items=(item.id,), section=Section(lines=lines))
    return _notice(alert, plea, _question(plea, item), alert.ended_at or alert.at, (piece,), ended=True)


def _question(plea: Plea, item: Item) -> Line:
    key: tuple[Part, ...] = (Tainted(text=item.key),)
    if plea.what == "later" and plea.until:
        day = Tainted(text=in_words(date.fromisoformat(plea.until)))
        return Line(text="Can {0} be done by {1} instead of as promised?", parts=(*key, day))
    return Line(text=_QUESTIONS[plea.what], parts=key)


def _notice(
    alert: Alert, plea: Plea, title: Line, at: datetime, pieces: tuple[Piece, ...], *, ended: bool = False
) -> Notice:
    id_ = digest(["plea", alert.id, plea.what, plea.person])[:20]
    return Notice(id=id_, kind="plea", team="", at=at, title=title, pieces=pieces, ended=ended)
