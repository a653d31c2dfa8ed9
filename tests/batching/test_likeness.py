"""What speaks for two issues of one time being one problem."""

import pytest

from orchestrator import related
from orchestrator.batching import Crowd, likeness, partition
from tests.batching.crowd import DEFECT, LOG, OTHER, among, crowd, issue

JOINS_FROM = 450


def test_many_who_tell_of_one_defect_in_their_own_words_are_one_group() -> None:
    here = crowd(*DEFECT, *OTHER)
    groups = partition(range(1, 10), likeness(here), JOINS_FROM)
    assert groups == ((1, 2, 3, 4, 5, 6),)


def test_what_is_always_said_is_no_sign() -> None:
    here = crowd(*DEFECT, *OTHER)
    everywhere = {term: held + 400 for term, held in here.corpus.df.items()}
    usual = related.Corpus(documents=here.corpus.documents, average_length=30.0, df=everywhere)
    there = Crowd(issues=here.issues, corpus=usual, times=here.times, pace=1 / 60, past=400)
    assert partition(range(1, 10), likeness(there), JOINS_FROM) == ()


def test_two_that_copy_each_other_are_alike_without_a_burst() -> None:
    copied = ("StaleSnapshotException in LedgerReader", "LedgerReader.open fails at shard rotation after failover")
    found = likeness(crowd(copied, copied, *OTHER))
    assert list(found) == [(1, 2)]
    assert found[1, 2] > JOINS_FROM


def test_two_without_a_word_in_common_are_like_each_other_where_the_others_are_like_both() -> None:
    names = ("parking permit", "resident pass")
    troubles = ("offline all morning", "unreachable since breakfast")
    both = [(f"{names[0]} {troubles[0]}", f"{names[1]} {troubles[1]}")] * 4
    told = [(f"{names[0]} {troubles[0]}", ""), (f"{names[1]} {troubles[1]}", "")]
    found = likeness(crowd(*told * 3, *both))
    assert set(_words(*told[0])).isdisjoint(_words(*told[1]))
    assert found[1, 2] > 0
    assert partition(range(1, 11), found, JOINS_FROM) == (tuple(range(1, 11)),)


def test_one_thing_with_two_troubles_each_with_a_trace_is_two_problems() -> None:
    lost = "ConnectionLost at TunnelClient.connect, SocketPool.accept: DIAL_LOST_17"
    torn = "EncodingError at LetterPrinter.render, FontCache.load: FONT_TORN_42"
    offline = [(f"Parking permit offline, permit server unreachable {name}: {lost}", "") for name in "abcdefgh"]
    wrong = [(f"Parking permit prints garbage, permit letters illegible {name}: {torn}", "") for name in "ijklmnop"]
    found = likeness(crowd(*offline, *wrong))
    assert partition(range(1, 17), found, JOINS_FROM) == (tuple(range(1, 9)), tuple(range(9, 17)))


def test_what_comes_after_a_release_is_unlike_though_all_of_it_names_the_release_in_several_words() -> None:
    words = ("own", "thing", "odd", "torn", "late", "lost", "dim")
    own = [" ".join(f"{word}{letter}" for word in words) for letter in "bcfghjkmp"]
    told = [(f"Release 4.3: {text}", "Seen after release 4.3") for text in own]
    told += [("Release notes lack a chapter", "The chapter of the portal"), ("Seen twice in the hall", "A stray cat")]
    found = likeness(crowd(*told))
    assert partition(range(1, 12), found, JOINS_FROM) == ()


@pytest.mark.parametrize(
    ("summary", "description"),
    [
        ("Gift card balance zero", LOG),
        ("Gift card", ""),
        ("", ""),
        ("Bug", "h3. Steps to reproduce\n\nh3. Expected\n\nh3. Actual result"),
        ("\u202e\x00 {0}", "{code}{code}"),
    ],
    ids=["a pasted log", "an empty description", "nothing", "a template", "an odd text"],
)
def test_text_that_could_be_like_anything_joins_nothing(summary: str, description: str) -> None:
    hostile = issue(99, summary, description)
    found = likeness(among([*crowd(*DEFECT).issues, hostile]))
    assert not [pair for pair in found if 99 in pair]


def test_the_words_that_hold_a_group_together_are_named() -> None:
    here = crowd(*DEFECT, *OTHER)
    words = {term: word for text in DEFECT for term, word in _words(*text).items()}
    named = {words[term].lower() for term in here.telling(range(1, 7), 4)}
    assert {"gift", "balance"} <= named


def _words(summary: str, description: str) -> dict[int, str]:
    said = related.terms(summary, description)
    return dict(zip(said.ids, said.words, strict=True))
