"""The tables of batches: who belongs to which, and what people said about that. The others stand in `tables`."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.columns import Of
from integrations.store.tables import METADATA, Moment
from orchestrator.batching import Batch, Joining, Parting

batches = Table(
    "batches",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("batch", Of(Batch), nullable=False),
    Column("grown_at", Moment, comment="domain; NULL without members"),
    Index("batches_grown_at", "grown_at"),
)

batch_members = Table(
    "batch_members",
    METADATA,
    Column("item", BigInteger, primary_key=True, autoincrement=False),
    Column("batch", Text, nullable=False),
    Index("batch_members_batch", "batch"),
)

batch_partings = Table(
    "batch_partings",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("ones", ARRAY(BigInteger), nullable=False),
    Column("parting", Of(Parting), nullable=False),
    Index("batch_partings_ones", "ones", postgresql_using="gin"),
)

batch_joinings = Table(
    "batch_joinings",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("ones", ARRAY(BigInteger), nullable=False),
    Column("joining", Of(Joining), nullable=False),
    Index("batch_joinings_ones", "ones", postgresql_using="gin"),
)
