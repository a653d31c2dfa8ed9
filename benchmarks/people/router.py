"""Learns who takes an item from what is known at its opening: habits, and a linear model beside them.

`habits` alone is what the bot tells people by (`orchestrator.people.habits`); the linear model needs minutes and a
library that the bot does without. Items without a text have one logistic regression over all names; those with one have
words and pieces of words, with a support vector machine and a regression for each name: the first is right more often,
the second has the right one among the first few more often, and one regression over all names would take an hour.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from benchmarks.people.cases import Case
from orchestrator.people.habits import Habits
from orchestrator.people.work import HALF_LIFE, Done, Trait
from orchestrator.related import terms

__all__ = ["Chances", "habits", "linear", "mean", "plain", "trust"]

Numbers: TypeAlias = NDArray[np.float64]

_SEED = 0
#: Margins are no chances: so sharp they are nearly calibrated.
_SHARP = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely each of `names` takes each item: a row an item, a column a name, each row sums to 1."""

    names: tuple[str, ...]
    rows: Numbers


def habits(known: Sequence[Case], asked: Sequence[Case], now: datetime) -> Chances:
    """Ask the habits."""
    done = [Done(who=one.who, at=min(one.opened, now), traits=_with_words(one)) for one in known]
    learnt = Habits.learnt(done, now)
    rows = [list(learnt.chances(_with_words(one)).values()) for one in asked]
    return Chances(names=learnt.names, rows=np.array(rows).reshape(len(asked), len(learnt.names)))


def linear(known: Sequence[Case], asked: Sequence[Case], now: datetime) -> Chances:
    """Ask a linear model of traits and texts; what is older counts less, as for the habits."""
    if not _has_texts(known):
        faded = np.array([0.5 ** (max((now - one.opened) / HALF_LIFE, 0.0)) for one in known])
        return _regression(known, asked, faded)
    if _one_name(known):
        return _sure(known, asked)
    before, after = _spread(known, asked)
    who = [one.who for one in known]
    margins = LinearSVC(C=0.2, random_state=_SEED).fit(before, who)
    each = OneVsRestClassifier(LogisticRegression(C=3.0, solver="liblinear", dual=True, tol=0.05, random_state=_SEED))
    each.fit(before, who)
    first = Chances(names=tuple(margins.classes_), rows=_soft(_SHARP * _margins(margins, after)))
    return mean((first, 1.0), (Chances(names=tuple(each.classes_), rows=each.predict_proba(after)), 1.0))


def plain(known: Sequence[Case], asked: Sequence[Case], _: datetime) -> Chances:
    """Ask the plain baseline: logistic regression on traits, or a support vector machine on words alone."""
    if not _has_texts(known):
        return _regression(known, asked, np.ones(len(known)))
    if _one_name(known):
        return _sure(known, asked)
    words = TfidfVectorizer(sublinear_tf=True)
    model = LinearSVC(random_state=_SEED)
    model.fit(words.fit_transform(" ".join(one.texts) for one in known), [one.who for one in known])
    margins = _margins(model, words.transform(" ".join(one.texts) for one in asked))
    return Chances(names=tuple(model.classes_), rows=_soft(margins))


def mean(*members: tuple[Chances, float]) -> Chances:
    """Give the mean of several, each with its weight; a name that one does not know has no chance there."""
    names = tuple(sorted({name for one, _ in members for name in one.names}))
    rows = np.zeros((len(members[0][0].rows), len(names)))
    for one, weight in members:
        rows[:, [names.index(name) for name in one.names]] += weight * one.rows
    return Chances(names=names, rows=rows / sum(weight for _, weight in members))


def trust(known: Sequence[Case]) -> float:
    """Give what the habits count beside a linear model: as much, but little where there are texts.

    Chosen on the public data: tickets are told worse by both together than by the linear model alone.
    """
    return 0.1 if _has_texts(known) else 1.0


def _has_texts(known: Sequence[Case]) -> bool:
    return any(text.strip() for one in known for text in one.texts)


def _with_words(case: Case) -> tuple[Trait, ...]:
    said = terms(case.texts[0], "").ids if case.texts else ()
    return (*case.traits, *(("word", str(term)) for term in said))


def _one_name(known: Sequence[Case]) -> bool:
    """Tell whether there is nothing to choose from, which no model learns."""
    return len({one.who for one in known}) < 2


def _sure(known: Sequence[Case], asked: Sequence[Case]) -> Chances:
    names = tuple(sorted({one.who for one in known}))
    return Chances(names=names, rows=np.ones((len(asked), len(names))))


def _regression(known: Sequence[Case], asked: Sequence[Case], weights: Numbers) -> Chances:
    if _one_name(known):
        return _sure(known, asked)
    columns = DictVectorizer()
    fields = {field for one in known for field, _ in one.traits}
    before = columns.fit_transform(_lacks(one, fields) | _columns(one) for one in known)
    after = columns.transform(_lacks(one, fields) | _columns(one) for one in asked)
    model = LogisticRegression(max_iter=300, tol=1e-3)
    model.fit(before, [one.who for one in known], sample_weight=weights)
    return Chances(names=tuple(model.classes_), rows=model.predict_proba(after))


def _columns(case: Case) -> dict[str, float]:
    return {f"{field}={value}": 1.0 for field, value in case.traits}


def _lacks(case: Case, fields: Set[str]) -> dict[str, float]:
    """Give a column for each field that a case lacks: that nothing was said tells something too."""
    return {f"{field} lacks": 1.0 for field in fields - {field for field, _ in case.traits}}


def _spread(known: Sequence[Case], asked: Sequence[Case]) -> tuple[Any, Any]:
    """Give both as sparse rows: words and pairs of words, pieces of words, of the short text alone too; traits."""
    short: Callable[[Case], str] = lambda one: one.texts[0].lower()  # noqa: E731
    whole: Callable[[Case], str] = lambda one: " ".join(one.texts).lower()  # noqa: E731
    kinds = (
        (whole, TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))),
        (whole, TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5), min_df=5)),
        (short, TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))),
        (short, TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 5), min_df=2)),
    )
    columns = DictVectorizer()
    before = [csr_matrix(0.5 * columns.fit_transform(_columns(one) for one in known))]
    after = [csr_matrix(0.5 * columns.transform(_columns(one) for one in asked))]
    for text, vectorizer in kinds:
        if not _has_words(vectorizer, map(text, known)):
            continue
        before.append(vectorizer.fit_transform(map(text, known)))
        after.append(vectorizer.transform(map(text, asked)))
    return hstack(before).tocsr(), hstack(after).tocsr()


def _has_words(vectorizer: TfidfVectorizer, texts: Iterable[str]) -> bool:
    """Tell whether there is anything for it to learn, such as in a file without short texts, or with a few items."""
    pieces = vectorizer.build_analyzer()
    found: Counter[str] = Counter()
    for text in texts:
        said = set(pieces(text))
        found.update(said)
        if any(found[piece] >= vectorizer.min_df for piece in said):
            return True
    return False


def _margins(model: LinearSVC, rows: Any) -> Numbers:
    """Give a column for each name; of two names it tells one."""
    found: Numbers = model.decision_function(rows)
    return found if found.ndim == 2 else np.column_stack([-found, found])


def _soft(margins: Numbers) -> Numbers:
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    shares: Numbers = raised / raised.sum(axis=1, keepdims=True)
    return shares
