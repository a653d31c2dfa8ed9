"""Reads what a person wrote after `/yard`, and says what may be written there.

Pure: it neither carries a command out nor knows who may give it. What a person wrote is bounded here and shown only as
tainted text.
"""

import difflib
import re
from typing import Final, Literal, TypeAlias, cast, get_args

from orchestrator.messages import Message, Section
from rules.canonical import Value
from rules.model import Line, Tainted

Word: TypeAlias = Literal[
    "help",
    "status",
    "why",
    "related",
    "impact",
    "sla",
    "queue",
    "blocked",
    "risk",
    "who",
    "pending",
    "approvals",
    "away",
    "delegate",
    "mute",
    "connect",
    "disconnect",
    "stop",
    "resume",
]
Scope: TypeAlias = Literal["everything", "project", "workflow", "agent", "action"]

LONGEST_TEXT: Final = 200
LONGEST_QUESTION: Final = 3_000
_WORDS: Final[tuple[str, ...]] = get_args(Word)
_SCOPES: Final[tuple[str, ...]] = get_args(Scope)
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,99}-[1-9][0-9]{0,11}")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]{1,99}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_ALONE: Final = frozenset({"help", "status", "pending", "connect", "disconnect"})
_EXAMPLES: Final = {"project": "PAY", "workflow": "helpdesk", "agent": "duplicates", "action": "transition"}


class Command(Value, frozen=True, kw_only=True):
    """What was asked for: `argument` is an issue's or a project's key, or what `stop` and `resume` are about.

    `said` is the text that `related` is about where no key is given.
    """

    word: Word
    argument: str = ""
    said: str = ""
    scope: Scope | None = None
    name: str = ""


class Misspelt(Value, frozen=True, kw_only=True):
    """What could not be read, cut to `LONGEST_TEXT`; `nearest` is the right thing to write, `reason` is our words."""

    text: str
    nearest: str | None
    reason: str


def parse(text: str) -> Command | Misspelt:
    """Read the text of a `/yard` command; no text at all asks for help."""
    written = text[:LONGEST_TEXT].split()
    if not written:
        return Command(word="help")
    first, rest = written[0].lower(), written[1:]
    shown = " ".join(written)
    if first in _ALONE or (first in {"approvals", "risk"} and not rest):
        return Command(word=cast("Word", first))
    if first == "related" and len(written) > 1 and _key(written[1]) is None:
        return Command(word="related", said=text.split(None, 1)[1].strip()[:LONGEST_QUESTION])
    if first in {"queue", "blocked", "risk", "approvals"} or (first == "who" and rest and _key(rest[0]) is None):
        return _about_project(cast("Word", first), rest, shown)
    if first in {"why", "related", "impact", "sla", "who"}:
        return _about_issue(cast("Word", first), rest, shown)
    if first in {"away", "delegate", "mute"}:
        return _about_time(cast("Word", first), rest, shown)
    if first in {"stop", "resume"}:
        return _about_work(cast("Word", first), rest, shown)
    return _unknown(written[0], rest, shown)


def _about_issue(word: Word, rest: list[str], shown: str) -> Command | Misspelt:
    if not rest:
        return Misspelt(text=shown, nearest=f"{word} PAY-12", reason=f"`{word}` needs the key of an issue")
    key = _key(rest[0])
    if key is None:
        return Misspelt(text=shown, nearest=f"{word} PAY-12", reason="that is not the key of an issue")
    return Command(word=word, argument=key)


def _about_project(word: Word, rest: list[str], shown: str) -> Command | Misspelt:
    name = _name("project", rest[0]) if rest else None
    if name is None:
        return Misspelt(text=shown, nearest=f"{word} PAY", reason=f"`{word}` needs the key of a project")
    return Command(word=word, argument=name)


def _about_time(word: Word, rest: list[str], shown: str) -> Command | Misspelt:
    """Take what is said of somebody's own time as it is: only their own zone tells what "friday" means."""
    if not rest or (word == "delegate" and len(rest) < 2 and rest[0].casefold() != "off"):
        nearest = "delegate @mika until friday" if word == "delegate" else f"{word} until friday"
        return Misspelt(text=shown, nearest=nearest, reason=f"`{word}` needs to know until when")
    return Command(word=word, argument=" ".join(rest))


def _about_work(word: Word, rest: list[str], shown: str) -> Command | Misspelt:
    scope = rest[0].lower() if rest else "everything"
    if scope not in _SCOPES:
        near = difflib.get_close_matches(scope, _SCOPES, n=1)
        reason = f"`{word}` takes everything, project, workflow, agent or action"
        return Misspelt(text=shown, nearest=_example(word, near[0]) if near else word, reason=reason)
    if len(rest) > (1 if scope == "everything" else 2):
        return Misspelt(text=shown, nearest=_example(word, scope), reason=f"`{word}` takes one thing at a time")
    if scope == "everything":
        return Command(word=word, argument=scope, scope="everything")
    name = _name(scope, rest[1]) if len(rest) == 2 else None
    if name is None:
        return Misspelt(text=shown, nearest=_example(word, scope), reason=f"`{word} {scope}` needs a name")
    return Command(word=word, argument=f"{scope} {name}", scope=cast("Scope", scope), name=name)


def _unknown(first: str, rest: list[str], shown: str) -> Misspelt:
    key = _key(first)
    if key is not None:
        return Misspelt(text=shown, nearest=f"why {key}", reason="a key alone does not say what you want to know")
    near = difflib.get_close_matches(first.lower(), _WORDS, n=1)
    if not near:
        return Misspelt(text=shown, nearest=None, reason="I do not know that word")
    meant = parse(" ".join((near[0], *rest)))
    nearest = f"{meant.word} {meant.argument}".strip() if isinstance(meant, Command) else meant.nearest
    return Misspelt(text=shown, nearest=nearest, reason="I do not know that word")


def _key(written: str) -> str | None:
    """Read a key in any case, or the address of an issue as a browser shows it."""
    last = written.strip("<>").partition("|")[0].partition("?")[0].rstrip("/").rpartition("/")[2].upper()
    return last if _KEY.fullmatch(last) else None


def _name(scope: str, written: str) -> str | None:
    name = written.upper() if scope == "project" else written.lower()
    pattern = _PROJECT if scope == "project" else _NAME
    return name if pattern.fullmatch(name) else None


def _example(word: str, scope: str) -> str:
    return f"{word} {scope} {_EXAMPLES[scope]}" if scope in _EXAMPLES else f"{word} {scope}"


def help_message() -> Message:
    """Say what may be written after `/yard`."""
    return Message(
        title=Line(text="What you can ask Yardmaster"),
        sections=(
            Section(
                heading="Look",
                lines=(
                    Line(text="`/yard status`  what runs, what waits, what is stopped"),
                    Line(text="`/yard pending`  the questions that wait for an answer"),
                    Line(text="`/yard approvals PAY`  where approvals wait, and for whom; `approvals` of all"),
                    Line(text="`/yard why PAY-12`  what was decided about an issue, and for which reasons"),
                    Line(text="`/yard related PAY-12`  the issues that look like it; a description will do too"),
                    Line(text="`/yard impact PAY-12`  what waits for it, and how much that weighs"),
                    Line(text="`/yard sla PAY-12`  how its SLA clocks stand, and why they counted or stood still"),
                    Line(text="`/yard who PAY-12`  who could take an issue now, and why not others"),
                    Line(text="`/yard who PAY`  who could take what waits in a project"),
                    Line(text="`/yard queue PAY`  the open issues of a project, first the one that most waits for"),
                    Line(text="`/yard risk PAY`  which promises are likely to break, and why; `risk` of your teams"),
                    Line(text="`/yard blocked PAY`  what blocks the issues of a project, since when, and who waits"),
                ),
            ),
            Section(
                heading="Your time",
                lines=(
                    Line(text="`/yard away until friday`  nobody waits for your answer; `/yard away off` ends it"),
                    Line(text="`/yard mute 2h`  no direct messages until then; `/yard mute off` ends it"),
                    Line(text="`/yard delegate @mika until friday`  Mika answers for you; `delegate off` ends it"),
                ),
            ),
            Section(
                heading="In Jira, in your own name",
                lines=(
                    Line(text="`/yard connect`  answer here what a service desk asks you; `/yard disconnect` ends it"),
                ),
            ),
            Section(
                heading="Stop and go on",
                lines=(
                    Line(text="`/yard stop`  nothing more is done, anywhere, until somebody resumes it"),
                    Line(text="`/yard stop project PAY`  or `workflow NAME`, `agent NAME`, `action KIND`"),
                    Line(text="`/yard resume`  the same words again: what was stopped goes on"),
                ),
            ),
        ),
        footer=(Line(text="Only you see these answers, and only what you may see in Jira."),),
    )


def misspelt_message(misspelt: Misspelt) -> Message:
    """Say what could not be read and what to write instead."""
    wrong = Line(text="You wrote “{0}”: " + misspelt.reason + ".", parts=(Tainted(text=misspelt.text, source="slack"),))
    better = Line(text=f"Try `/yard {misspelt.nearest or 'help'}`.")
    return Message(title=Line(text="I did not understand that"), sections=(Section(lines=(wrong, better)),))
