"""Makes up a stream of reports with planted problems, and with what only looks like one. It measures nothing.

Problems are bursts of 5 to 60 reports over two to five projects within hours: in people's own words, with error codes
and stack traces, or as a monitoring system files them. Around them is other work: texts of made-up words as rare as
real ones, single troubles told in the very words of the problems, chores under always the same title, a project whose
reports are all written in one form, and release days, when much that is unlike comes at once. Some problems come in
twos: the same thing, another trouble, at the same time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from benchmarks.batch_words import Tongue

START = datetime(2026, 1, 5, tzinfo=UTC)
PROJECTS = tuple(f"P{number}" for number in range(12))
_FORM_PROJECT = "FORM"
_VOCABULARY = 60_000
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "si", "to", "vu", "za", "de", "fi", "go", "hu", "ja")
_RELEASE_EVERY_DAYS = 7
_TWIN = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report. `problem` numbers the planted problem that it tells of; None for all other work. `id` is its place."""

    id: int
    at: datetime
    project: str
    summary: str
    description: str
    problem: int | None = None
    kind: str = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much there is to be: reports in all, how many a day, and problems.

    `real`: texts laid in as other work, each once.
    """

    reports: int
    a_day: int = 500
    problems: int = 60
    seed: int = 1
    real: Sequence[tuple[str, str]] = ()


def stream(tongue: Tongue, plan: Plan) -> list[Report]:
    """Give the reports in the order of time, numbered from 1; the same tongue and plan make the same ones."""
    maker = _Maker(tongue, plan)
    told = [one for number in range(plan.problems) for one in maker.problem(number)]
    told += [one for day in range(3, maker.days, _RELEASE_EVERY_DAYS) for one in maker.release(day)]
    told += [maker.other() for _ in range(plan.reports - len(told))]
    ordered = sorted(told, key=lambda one: one.at)[: plan.reports]
    return [replace(one, id=number) for number, one in enumerate(ordered, 1)]


class _Maker:
    def __init__(self, tongue: Tongue, plan: Plan) -> None:
        self._tongue, self._plan = tongue, plan
        self._chance = Random(plan.seed)  # noqa: S311 -- made-up texts, not secrets
        self._words = [_spelt(number) for number in range(_VOCABULARY)]
        self._chance.shuffle(self._words)
        self._odds = list(accumulate(1 / (place + 8) ** 1.05 for place in range(_VOCABULARY)))
        self._real = list(reversed(plan.real))
        self.days = max(1, plan.reports // plan.a_day)
        self._twin: tuple[int, int, datetime] | None = None

    # Problems

    def problem(self, number: int) -> Iterator[Report]:
        """Give the reports of one problem; of problems that come in twos the second follows the first."""
        chance, tongue = self._chance, self._tongue
        thing, trouble, begun = self._subject()
        size = round(5 * 12 ** chance.random())
        hours = chance.uniform(0.5, 6.0)
        projects = chance.sample(PROJECTS, chance.randint(2, 5))
        manner = chance.choices(("words", "marks", "alerts"), (5, 4, 1))[0]
        code = f"{self._rare()[:6].upper()}_{self._rare()[:5].upper()}_{chance.randint(100, 999)}"
        alert = f"{tongue.things[thing][0]} probe {self._rare()}"
        for _ in range(size):
            summary, description = self._words_of(thing, trouble)
            if manner == "marks" and chance.random() < 0.5:
                summary, description = self._marked(summary, description, code, thing)
            elif manner == "alerts":
                summary, description = self._alert(alert)
            at = begun + timedelta(hours=hours * chance.betavariate(1.2, 2.0))
            project = chance.choice(projects)
            report = self._report(at, summary, description, manner)
            yield replace(report, project=project, problem=number)

    def _subject(self) -> tuple[int, int, datetime]:
        chance, tongue = self._chance, self._tongue
        if self._twin is not None:
            (thing, other, begun), self._twin = self._twin, None
            trouble = chance.choice([place for place in range(len(tongue.troubles)) if place != other])
            return thing, trouble, begun + timedelta(minutes=chance.randint(0, 120))
        thing, trouble = chance.randrange(len(tongue.things)), chance.randrange(len(tongue.troubles))
        begun = START + timedelta(days=chance.uniform(0.2 * self.days, self.days - 0.3))
        self._twin = (thing, trouble, begun) if chance.random() < _TWIN else None
        return thing, trouble, begun

    def _words_of(self, thing: int, trouble: int) -> tuple[str, str]:
        """Tell of a trouble as one person would."""
        chance, tongue = self._chance, self._tongue
        named, said = chance.choice(tongue.things[thing]), chance.choice(tongue.troubles[trouble])
        summary = said.format(named)
        if chance.random() < 0.4:
            summary = f"{summary} {chance.choice(tongue.places)}"
        again = chance.choice(tongue.troubles[trouble]).format(chance.choice(tongue.things[thing]))
        parts = [self._opening(), *([again.capitalize() + "."] if chance.random() < 0.6 else [])]
        parts += [*chance.sample(tongue.chatter, chance.randint(0, 3)), self._murmur(chance.randint(0, 9))]
        return summary[:1].upper() + summary[1:], " ".join(parts)

    def _marked(self, summary: str, description: str, code: str, thing: int) -> tuple[str, str]:
        """Add what an engineer sees: a code, and mostly a trace."""
        name = "".join(word.title() for word in self._tongue.things[thing][0].replace("'", "").split())
        trace = f"\n{{code}}\norg.acme.{name}Exception: {code}\n  at org.acme.{name}Store.read({name}Store.java:71)\n"
        trace += f"  at org.acme.{name}Handler.handle({name}Handler.java:44)\n{{code}}"
        if self._chance.random() < 0.3:
            summary = f"{summary}: {code}"
        return summary, f"{description} The log says {code}." + (trace if self._chance.random() < 0.6 else "")

    def _alert(self, alert: str) -> tuple[str, str]:
        host = f"{self._chance.choice(('web', 'db', 'app'))}-{self._chance.randint(1, 99):02}"
        value = self._chance.randint(91, 99)
        said = f"Value {value} over the limit of 90 since 5 minutes. Host {host}, {alert}."
        return f"[FIRING] {alert} on {host}", said

    # Other work

    def release(self, day: int) -> Iterator[Report]:
        """Give what comes after a release: much at once, all of it naming the release, no two alike.

        Real where there are any: else only these would speak the made-up tongue among real ones, and be alike in that.
        """
        version, begun = f"{self._chance.randint(3, 9)}.{day}", START + timedelta(days=day, hours=9)
        for _ in range(self._chance.randint(25, 45)):
            summary, description = self._real.pop() if self._real else self._made(self._chance.randint(8, 25))
            at = begun + timedelta(hours=self._chance.uniform(0, 5))
            said = f"{description} Seen after release {version}."
            yield self._report(at, f"Release {version}: {summary}", said, "release")

    def other(self) -> Report:
        """Give a report that belongs to no problem."""
        at = START + timedelta(days=self._chance.uniform(0, self.days))
        kind = self._chance.choices(("work", "trouble", "chore", "form"), (75, 10, 10, 5))[0]
        if kind == "trouble":
            thing = min(int(self._chance.expovariate(0.15)), len(self._tongue.things) - 1)
            return self._report(at, *self._words_of(thing, self._chance.randrange(len(self._tongue.troubles))), kind)
        if kind == "chore":
            parts = [self._opening(), *self._chance.sample(self._tongue.chatter, 1), self._murmur(4)]
            return self._report(at, self._chance.choice(self._tongue.chores), " ".join(parts), kind)
        if kind == "form":
            summary, _ = self._made(6)
            said = "\n".join(f"*{heading}*\n{self._murmur(5)}" for heading in self._tongue.headings)
            return replace(self._report(at, summary, said, kind), project=_FORM_PROJECT)
        if self._real:
            return self._report(at, *self._real.pop(), kind)
        return self._report(at, *self._made(min(int(self._chance.lognormvariate(3.4, 0.85)) + 8, 600)), kind)

    def _report(self, at: datetime, summary: str, description: str, kind: str) -> Report:
        project = self._chance.choice(PROJECTS)
        return Report(id=0, at=at, project=project, summary=summary, description=description, kind=kind)

    def _made(self, words: int) -> tuple[str, str]:
        return self._murmur(7), self._murmur(words)

    def _murmur(self, words: int) -> str:
        return " ".join(self._chance.choices(self._words, cum_weights=self._odds, k=words))

    def _rare(self) -> str:
        return self._words[self._chance.randrange(_VOCABULARY // 2, _VOCABULARY)]

    def _opening(self) -> str:
        return self._chance.choice(self._tongue.openings).format(name=self._chance.choice(self._tongue.names))


def _spelt(number: int) -> str:
    """Spell a number; the last letter keeps the stemmer from taking an ending off."""
    spelt = ""
    while True:
        number, syllable = divmod(number, len(_SYLLABLES))
        spelt += _SYLLABLES[syllable]
        if number == 0:
            return spelt + "x"
