"""Which issues of a crowd nearly copy each other."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.batching.copies import copies
from tests.batching.crowd import among, issue

WORDS = ("ledger", "kiosk", "voucher", "balance", "checkout", "scanner", "mailing", "password", "camera", "window")
_said = st.lists(st.sets(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=8)


@settings(max_examples=30)
@given(_said)
def test_those_are_ranked_of_which_one_says_half_of_what_the_other_says(said: list[set[str]]) -> None:
    crowd = among([issue(number, " ".join(sorted(words)), "") for number, words in enumerate(said, 1)])
    alike = {
        (one + 1, other + 1)
        for other, theirs in enumerate(said)
        for one, ours in enumerate(said[:other])
        if 2 * len(ours & theirs) >= min(len(ours), len(theirs))
    }
    assert {(one, other) for one, other, _ in copies(crowd.issues, crowd)} == alike


def test_one_issue_alone_copies_nothing() -> None:
    crowd = among([issue(1, "Ledger and kiosk", "")])
    assert list(copies(crowd.issues, crowd)) == []
