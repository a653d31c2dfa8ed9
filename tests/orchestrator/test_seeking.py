from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestrator.gather import query_of
from orchestrator.meanings import said_by
from orchestrator.related import MEANT, SHIPPED
from orchestrator.seeking import Seeker, Sought
from rules.model import Tainted
from tests.fakes.encoder import ThemeEncoder
from tests.fakes.yard import Yard

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class KnownMeanings:
    """Measures what it was told of, with the encoder of the tests; `asked` is what it was asked."""

    def __init__(self, said: Mapping[int, str]) -> None:
        self.encoder = ThemeEncoder()
        self.vectors = {item: self.encoder.encode(text) for item, text in said.items()}
        self.asked: list[tuple[str, int, datetime, tuple[int, ...]]] = []

    def near(self, said: str, item: int, resolved_after: datetime, among: Collection[int]) -> Mapping[int, int]:
        self.asked.append((said, item, resolved_after, tuple(among)))
        own = self.encoder.encode(said)
        found = {one: sum(a * b for a, b in zip(own, vector, strict=True)) for one, vector in self.vectors.items()}
        return {one: round(1000 * value) for one, value in found.items() if one != item}


def yard() -> Yard:
    """Issues 1 to 3, of which 1 and 3 are about money, in other words."""
    made = Yard()
    for number, summary in enumerate(("Gift card balance is zero", "Inbox shows no letter", "Voucher is empty"), 1):
        made.report(number, summary=summary, description=Tainted(text=""))
    made.settle()
    return made


def sought(made: Yard, meanings: KnownMeanings | None, named: Collection[int] = ()) -> Sought:
    item = made.memory.items.item(3)
    assert item is not None
    seeker = Seeker(items=made.memory.items, models=made.models, meanings=meanings)
    return seeker.seek(query_of(item), said_by(item), 3, LONG_AGO, named)


def test_without_an_encoder_words_alone_find() -> None:
    found = sought(yard(), None)

    assert found.query.meanings == {}
    assert found.model == SHIPPED


def test_what_no_word_finds_is_found_by_its_meaning() -> None:
    made = yard()
    without = {one.id for one in sought(made, None).candidates}

    found = sought(made, KnownMeanings({1: "Gift card balance is zero"}))

    assert 1 not in without
    assert 1 in {one.id for one in found.candidates}
    assert found.query.meanings[1] > 900


def test_where_meaning_was_measured_the_model_that_heeds_it_ranks() -> None:
    assert sought(yard(), KnownMeanings({2: "Inbox shows no letter"})).model == MEANT


def test_while_nothing_is_encoded_the_model_that_heeds_words_alone_ranks() -> None:
    assert sought(yard(), KnownMeanings({})).model == SHIPPED


def test_whom_somebody_named_is_measured_too() -> None:
    meanings = KnownMeanings({})

    found = sought(yard(), meanings, named=[2])

    assert found.unfound == {2}
    assert [asked[1:] for asked in meanings.asked] == [(3, LONG_AGO, (2,))]
    assert [one.id for one in found.candidates] == [2]


def test_a_text_that_is_nobodys_item_is_measured_too() -> None:
    made = yard()
    meanings = KnownMeanings({1: "Gift card balance is zero"})
    text = "The voucher of mine is empty: no money\nwhy?"

    known = replace(made.engine.gatherer, meanings=meanings).alike(text, made.memory.active())

    assert [(said, item) for said, item, _, _ in meanings.asked] == [(text, 0)]
    assert {one.model for one in known} <= {MEANT.version}
    assert made.clock.now() - meanings.asked[0][2] > timedelta(days=1)
