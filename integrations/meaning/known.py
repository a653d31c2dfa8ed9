"""How near in meaning known items are to a text: encodes what was not encoded yet, then asks the store.

A look encodes its own item after the merge and before the search, so that near twins cannot miss each other. What was
never looked at is encoded in rounds, while work goes on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Engine

from integrations.meaning.encoder import Encoder, open_encoder
from integrations.store.items import PostgresItems
from integrations.store.vectors import AT_ONCE, PostgresVectors, Told
from orchestrator.meanings import said_by
from rules.model import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedMeanings:
    """The port, with an encoder on this machine."""

    encoder: Encoder
    vectors: PostgresVectors

    def near(self, said: str, item: int, resolved_after: datetime, among: Collection[int]) -> Mapping[int, int]:
        """Give how near issues are to a text; see the port."""
        vector = self._vector(said, item)
        return {} if vector is None else self.vectors.near(vector, item, resolved_after, among)

    def _vector(self, said: str, item: int) -> Sequence[float] | None:
        known = self.vectors.of(item, _digest(said)) if item else None
        if known is None:
            known = self._told(item, said)
            if item:
                self.vectors.keep([known])
        return known.vector

    def encode(self, items: Iterable[Item]) -> None:
        """Encode items and keep what comes of it."""
        self.vectors.keep([self._told(one.id, said_by(one)) for one in items])

    def _told(self, item: int, said: str) -> Told:
        return Told(item=item, said=_digest(said), vector=self.encoder.encode(said) if said else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Encodes known items that were never looked at, a few at a time, the youngest first."""

    meanings: EncodedMeanings
    items: PostgresItems

    def round(self) -> None:
        """Encode the next ones, in one process at a time."""
        with self.meanings.vectors.turn() as ours:
            if ours and (ids := self.meanings.vectors.missing(AT_ONCE)):
                self.meanings.encode(self.items.items(ids))


def set_up(model: str | None, engine: Engine) -> EncodedMeanings | None:
    """Open the encoder that the settings name, and the store for it. Raises EncoderUnusable or NoPgvector."""
    if model is None:
        return None
    encoder = open_encoder(model)
    vectors = PostgresVectors(engine, encoder.name, encoder.width)
    vectors.prepare()
    return EncodedMeanings(encoder=encoder, vectors=vectors)


def _digest(said: str) -> bytes:
    return blake2b(said.encode(errors="replace"), digest_size=16).digest()
