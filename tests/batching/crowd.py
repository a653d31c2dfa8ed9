"""Issues of a bad morning, as the index holds them: a defect that many tell of in their own words, and other work."""

from collections import defaultdict
from collections.abc import Sequence

from orchestrator import related
from orchestrator.batching import Crowd
from orchestrator.related import Candidate, Corpus

DEFECT = (
    ("Gift card balance is zero since this morning", "GiftCardLedger answers GC_BALANCE_STALE, customer Hansen"),
    ("Gift cards cannot be used, balance is zero", "Three customers on the phone, GC_BALANCE_STALE in the shop's log"),
    ("App: gift card empty although never used", "Customer Sato sees a balance of 0.00 on her gift card"),
    ("Shop does not take my gift card", "Customer Garcia: new from yesterday, balance zero"),
    ("Account page lists gift cards with 0.00", "Balances of zero for all gift cards"),
    ("Kiosk refuses gift cards", "Kiosk logs GC_BALANCE_STALE, the balance of each gift card is zero"),
)
OTHER = (
    ("Checkout button is cut off on small phones", "The button is too wide for 320 px"),
    ("Password reset mail does not arrive", "Customer Lee waits for it since an hour"),
    ("Camera crash in the scanner", "NullPointerException when access to the camera is denied"),
)
LOG = " ".join(f"{word}{number}" for number in range(20_000) for word in ("gift card balance zero line", "row"))


def issue(id_: int, summary: str, description: str) -> Candidate:
    traits = related.Traits(created=1_764_000_000 + 60 * id_, project="WEB", kind="Bug")
    return Candidate.of(id_, related.terms(summary, description), traits)


def crowd(*texts: tuple[str, str], others: int = 400) -> Crowd:
    """Number the texts from 1; the index holds so many other issues that share nothing with them."""
    return among([issue(number, *text) for number, text in enumerate(texts, 1)], others)


def among(issues: Sequence[Candidate], others: int = 400) -> Crowd:
    times = times_of(issues)
    df = {term: len(held) for term, held in times.items()}
    corpus = Corpus(documents=len(issues) + others, average_length=30.0, df=df)
    return Crowd(issues=issues, corpus=corpus, times=times, pace=1 / 60, past=others)


def times_of(issues: Sequence[Candidate]) -> dict[int, list[int]]:
    """Say when each term came, in the order of time."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for one in sorted(issues, key=lambda issue: issue.traits.created):
        for term in one.ids:
            found[term].append(one.traits.created)
    return dict(found)
