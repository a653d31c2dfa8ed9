"""Where setup's questions are answered: by options, by what is known already, or by the person at the terminal.

It does not know what is asked. Secrets are taken from the environment or typed unseen, and are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import click

from orchestrator.ports import GatewayError

__all__ = ["Desk", "Refused", "readable", "until_good"]

T = TypeVar("T")

_MOST_SHOWN = 40


class Refused(Exception):
    """An answer cannot be used; says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Answers questions. `given`: by the names of options. `asks`: whether a person is there to be asked.

    `again`: what was answered before was refused, so that it is only offered now, and not taken. `typed`: what was
    typed so far, to be offered again; never a secret.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    asks: bool = True
    again: bool = False
    typed: dict[str, str] = field(default_factory=dict)

    def say(self, words: str = "") -> None:
        """Tell the person something."""
        click.echo(readable(words))

    def line(self, option: str, question: str, *, known: str | None = None, usual: str | None = None) -> str:
        """Give an answer of one line: the option's, or what is known; else what is typed, or is usual.

        Raises Refused where nobody is there to be asked, and click.Abort at the end of input.
        """
        told = self.given.get(option)
        if told is not None and not self.again:
            return told
        if known and not self.again:
            return known
        if not self.asks:
            if usual is None:
                raise Refused(f"--{option} is missing: {question}")
            return usual
        offered = self.typed.get(option) or usual or told or known
        offered = usual if offered is None else offered
        self.typed[option] = str(click.prompt(readable(question), default=offered, show_default=bool(offered))).strip()
        return self.typed[option]

    def secret(self, name: str, question: str, *, known: str | None) -> str:
        """Give a secret: what is known, else what is typed unseen. Raises as `line`."""
        if known and not self.again:
            return known
        if not self.asks:
            raise Refused(f"{name} is missing: set it in the environment ({question})")
        return str(click.prompt(question, hide_input=True)).strip()

    def one_of(self, option: str, question: str, offered: Mapping[str, str], usual: str | None = None) -> str:
        """Give one of what is offered, a mapping of answers to words; it may be named by either. Raises as `line`."""
        if self.asks and not self.again and option not in self.given:
            self._show(offered)
        answer = self.line(option, question, usual=usual)
        meant = _meant(answer, offered)
        if meant is None:
            self.typed.pop(option, None)
            some = ", ".join(list(offered)[:_MOST_SHOWN]) or "nothing"
            raise Refused(f"there is no {answer!r}; there is: {some}")
        return meant

    def agreed(self, question: str, *, usual: bool) -> bool:
        """Ask for yes or no; what is usual where nobody is there to be asked."""
        return click.confirm(question, default=usual) if self.asks else usual

    def _show(self, offered: Mapping[str, str]) -> None:
        for answer, words in list(offered.items())[:_MOST_SHOWN]:
            self.say(f"    {answer:<14} {words}".rstrip())
        if len(offered) > _MOST_SHOWN:
            self.say(f"    and {len(offered) - _MOST_SHOWN} more")


def readable(words: str) -> str:
    """Give words without what would steer a terminal: names come from outside."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "?", words)


def _meant(answer: str, offered: Mapping[str, str]) -> str | None:
    """Give what is meant, in any case of letters: by its own name, else by words that nothing else has."""
    wanted = answer.casefold()
    named = [one for one in offered if one.casefold() == wanted]
    told = [one for one, words in offered.items() if words.casefold() == wanted]
    return next((one[0] for one in (named, told) if len(one) == 1), None)


def until_good(desk: Desk, attempt: Callable[[Desk], T]) -> T:
    """Try until an answer is good; raises ClickException at the first refusal where nobody is there to be asked."""
    while True:
        try:
            return attempt(desk)
        except (Refused, GatewayError) as refusal:
            if not desk.asks:
                raise click.ClickException(str(refusal)) from refusal
            desk.say(f"  No: {refusal}")
            desk = replace(desk, again=True)
