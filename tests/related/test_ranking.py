from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.related import SHIPPED, Corpus, Query, Terms, Traits, rank, terms
from orchestrator.related.features import confident
from tests.related.yard import DAY, FILLER, NOW, asked, corpus_of, crowd, known, matches

TWIN = "LeaseManager throws NullPointerException when a lease is renewed twice"
WORDS = ("kafka", "netty", "lease", "renewal", "timeout", "leader", "checksum", "quota", "badge", "wiki")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
SHELVES = st.lists(TEXTS, min_size=1, max_size=12)


def test_the_repeated_issue_comes_first() -> None:
    found = matches(
        asked(TWIN), known(7, "Lease renewal: NullPointerException in LeaseManager"), known(8, "Lease docs")
    )

    assert found[0].id == 7


@pytest.mark.parametrize("text", ["kafka login", "login quorum upgrade", "wiki quota blank", "slow kafka"])
def test_the_words_in_common_are_given_the_most_telling_first(text: str) -> None:
    query = asked(text)
    corpus = corpus_of(crowd(known(7, text)))

    shared = matches(query, known(7, text))[0].shared

    assert [corpus.df[term] for term in shared] == sorted(corpus.df[term] for term in query.terms.ids)


def test_nothing_in_common_is_no_match() -> None:
    assert matches(asked("zookeeper quorum")) == ()


def test_an_empty_issue_matches_nothing() -> None:
    assert matches(asked("", "Steps to reproduce:\n\nExpected result:\n"), known(7, "")) == ()


def test_an_empty_index_gives_nothing() -> None:
    assert rank(asked(TWIN), [], Corpus(documents=0, average_length=0, df={})) == ()


def test_a_copy_among_nothing_else_is_still_found() -> None:
    only = known(7, TWIN)

    found = rank(asked(TWIN), [only], corpus_of([only]))

    assert (found[0].id, found[0].signals.text) == (7, 1000)


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        rank(asked(TWIN), [], Corpus(documents=0, average_length=0, df={}), limit=0)


def test_equal_issues_stand_in_the_order_of_their_ids() -> None:
    found = matches(asked(TWIN), known(9, TWIN), known(3, TWIN), known(5, TWIN))

    assert [each.id for each in found[:3]] == [3, 5, 9]


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (Traits(created=NOW - DAY), Traits(created=NOW - 700 * DAY)),
        (Traits(created=NOW, project="YARD"), Traits(created=NOW, project="SHED")),
        (Traits(created=NOW, components=("lease", "rpc")), Traits(created=NOW, components=("docs",))),
    ],
)
def test_of_two_equal_texts_the_nearer_issue_comes_first(near: Traits, far: Traits) -> None:
    query = asked(TWIN, traits=Traits(created=NOW, project="YARD", components=("lease",)))

    found = matches(query, known(1, TWIN, traits=far), known(2, TWIN, traits=near))

    assert [each.id for each in found[:2]] == [2, 1]


def test_what_is_unknown_moves_nothing() -> None:
    query = asked(TWIN, traits=Traits(created=NOW, project="YARD", components=("lease",)))
    same = Traits(created=NOW, project="YARD", components=("lease",))

    found = matches(query, known(1, TWIN, traits=same), known(2, TWIN, traits=Traits(created=NOW)))

    assert found[0].score == found[1].score
    assert found[1].signals.project is None


def test_signals_say_what_the_two_issues_share() -> None:
    ours = Traits(created=NOW, project="YARD", components=("rpc",), kind="Bug", reporter="ada")
    theirs = Traits(created=NOW - 40 * DAY, project="YARD", components=("docs",), kind="Task", reporter="ada")

    signals = matches(asked(TWIN, traits=ours), known(7, TWIN, traits=theirs))[0].signals

    assert (signals.project, signals.components, signals.kind, signals.reporter) == (True, False, False, True)
    assert (signals.days, signals.titles, signals.cover) == (40, 1000, 1000)


def test_the_lead_is_over_the_next_best_and_below_zero_for_the_others() -> None:
    found = matches(asked(TWIN), known(1, TWIN), known(2, "NullPointerException elsewhere"))

    assert found[0].signals.lead == found[0].signals.text - found[1].signals.text > 0
    assert found[1].signals.lead == -found[0].signals.lead


def test_a_long_log_that_happens_to_hold_the_words_is_no_copy() -> None:
    log = " ".join([TWIN, *(f"{filler} step{number}q" for number, filler in enumerate(FILLER))])

    found = matches(asked(TWIN), known(1, "nightly log", log), known(2, TWIN))

    assert [each.id for each in found[:2]] == [2, 1]
    assert found[1].signals.text < 700


def test_of_two_issues_that_say_it_the_one_that_says_little_else_comes_first() -> None:
    aside = " ".join(f"aside{number}q" for number in range(200))

    found = matches(asked(TWIN), known(1, TWIN, aside), known(2, TWIN))

    assert [each.id for each in found[:2]] == [2, 1]


def test_a_longer_summary_that_holds_the_other_is_less_alike() -> None:
    found = matches(asked("LeaseManager fails"), known(1, "LeaseManager fails after an upgrade of the wiki"))

    assert found[0].signals.cover == 1000
    assert found[0].signals.titles == 667


def test_a_count_of_documents_that_lags_behind_does_no_harm() -> None:
    assert Corpus(documents=1, average_length=1.0, df={5: 9}).weight(5) > 0


@given(SHELVES, TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(shelf: list[str], text: str, chance: Random) -> None:
    candidates = [known(number, summary) for number, summary in enumerate(shelf)]
    mixed = [*candidates, candidates[0]]
    chance.shuffle(mixed)

    corpus = corpus_of(candidates)

    assert rank(asked(text), mixed, corpus) == rank(asked(text), candidates, corpus)


@given(SHELVES, TEXTS, st.integers(1, 5))
def test_a_limit_only_cuts(shelf: list[str], text: str, limit: int) -> None:
    candidates = [known(number, summary) for number, summary in enumerate(shelf)]
    corpus = corpus_of(candidates)

    assert rank(asked(text), candidates, corpus, limit) == rank(asked(text), candidates, corpus, 100)[:limit]


@given(SHELVES, TEXTS)
def test_the_text_counts_as_bm25_says_over_every_word_of_both(shelf: list[str], text: str) -> None:
    candidates = [known(number, summary) for number, summary in enumerate(shelf)]
    query, corpus = asked(text), corpus_of(candidates)

    found = {each.id: each.signals.text for each in rank(query, candidates, corpus, 100)}

    shares = [share(query, terms(summary, ""), corpus) for summary in shelf]
    expected = {number: 1000 * min(one, 1.0) for number, one in enumerate(shares) if one}
    assert found == pytest.approx(expected, abs=0.5 + 1e-6)


def share(query: Query, said: Terms, corpus: Corpus) -> float:
    """What a text scores for the query, as a share of what the query scores for itself."""
    wanted = {term: corpus.weight(term) * times / (times + 3.0) for term, times in query.terms.counts}

    def score(document: Terms) -> float:
        half = 6.0 * (0.1 + 0.9 * document.length / max(corpus.average_length, 1.0))
        return sum(wanted.get(term, 0.0) * times / (times + half) for term, times in document.counts)

    return score(said) / score(query.terms) if query.terms.counts else 0.0


@given(SHELVES, TEXTS)
def test_numbers_are_whole_within_bounds_and_in_order(shelf: list[str], text: str) -> None:
    candidates = [known(number, summary) for number, summary in enumerate(shelf)]

    found = rank(asked(text), candidates, corpus_of(candidates), 100)

    assert all(type(each.score) is int and 0 <= each.score <= 1000 for each in found)
    assert all(type(each.confidence) is int and 0 <= each.confidence <= 1000 for each in found)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


@given(SHELVES, TEXTS)
def test_nothing_is_more_alike_than_a_copy(shelf: list[str], text: str) -> None:
    candidates = [known(number, summary) for number, summary in enumerate([text, *shelf])]

    found = rank(asked(text), candidates, corpus_of(candidates), 100)

    assert {each.id: each.signals.text for each in found}[0] == 1000 == max(each.signals.text for each in found)


@given(st.integers(0, 2_000), st.integers(0, 2_000))
def test_of_two_equal_texts_the_older_never_scores_higher(one: int, other: int) -> None:
    issue = known(1, TWIN)
    nearer, farther = sorted((one, other))

    scores = [
        rank(asked(TWIN), [replace(issue, traits=Traits(created=NOW - days * DAY))], corpus_of(crowd(issue)))[0].score
        for days in (nearer, farther)
    ]

    assert scores[0] >= scores[1]


@given(TEXTS, SHELVES)
def test_what_the_model_saw_is_told_with_each_match_and_gives_the_same_confidence_again(
    text: str, shelf: list[str]
) -> None:
    found = matches(asked(text), *(known(number, said) for number, said in enumerate(shelf, 1)))

    assert [confident(each.features, SHIPPED.table) for each in found] == [each.confidence for each in found]


def test_a_copy_is_seen_as_one() -> None:
    seen = matches(asked(TWIN), known(1, TWIN))[0].features

    same = {"text": 0, "cover": 1000, "back": 1000, "near": 994, "project": 0, "component": 0, "meaning": 0}
    assert seen.pieces == same
    assert seen.shares["titles"] == seen.shares["cover"] == seen.shares["text"] == 1000
