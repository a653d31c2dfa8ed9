"""The tables, but those of batches. Queries stay in this package; the migrations bring a database to this shape.

Times named `..._at` are domain time, but those marked "transport", which the database's own clock gives.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from integrations.store.columns import Of
from integrations.store.merging import Known
from orchestrator.baseline import Baseline
from orchestrator.facts import ActionRecord, Followed
from orchestrator.memory import CardRow
from rules.model import FieldChange, Item
from rules.requests import Request, Vote
from rules.ruleset import Ruleset

METADATA = MetaData()
Moment = DateTime(timezone=True)

events = Table(
    "events",
    METADATA,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("stored_at", Moment, nullable=False, server_default=func.now(), comment="transport"),
    Column("payload", Of(dict[str, Any]), nullable=False),
    Column("needs_look", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("error", Text),
    CheckConstraint("state IN ('waiting', 'handled', 'buried')", name="events_state"),
    Index("events_waiting", "subject", "seq", postgresql_where=text("state = 'waiting'")),
    Index("events_buried", "seq", postgresql_where=text("state = 'buried'")),
)

subjects = Table(
    "subjects",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("next_look_at", Moment),
    Column("retry_at", Moment, comment="transport"),
    Column("waits", Integer, nullable=False, server_default="0", comment="vain looks that were nobody's fault here"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("share", Integer, comment="how many events a look takes while a poisoned one is searched"),
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("quarantined_by", Text, comment="the code and rules under which looks kept failing"),
    Column("error", Text),
    Index("subjects_next_look", "next_look_at", postgresql_where=text("next_look_at IS NOT NULL")),
    Index("subjects_retry", "retry_at", postgresql_where=text("retry_at IS NOT NULL")),
    Index("subjects_held", "subject", postgresql_where=text("held")),
    Index("subjects_quarantined", "subject", postgresql_where=text("quarantined_by IS NOT NULL")),
)

items = Table(
    "items",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("item", Of(Item), comment="null while too little is known"),
    Column("known", Of(Known), nullable=False, comment="as of when; what of, only while there is no item"),
)

documents = Table(
    "documents",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("terms_version", Text, nullable=False),
    Column("candidate", LargeBinary, nullable=False, comment="MessagePack of what a search gives"),
)

# Apart from the documents, because a search goes through five times as many rows as it gives.
document_terms = Table(
    "document_terms",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("closed_at", Moment, comment="null while the item is open"),
    Column("terms", ARRAY(Integer), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("document_terms_created", "created_at"),
    # Were updates fast, each search would go through up to 4 MB of terms that no vacuum has put in their places.
    Index("document_terms_terms", "terms", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
)

item_keys = Table(
    "item_keys",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("item", BigInteger, nullable=False),
    Column("since", Moment, nullable=False, comment="the update that said so"),
)

item_changes = Table(
    "item_changes",
    METADATA,
    Column("item", BigInteger, nullable=False),
    Column("id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("change", Of(FieldChange), nullable=False),
    PrimaryKeyConstraint("item", "id"),
)

term_frequencies = Table(
    "term_frequencies",
    METADATA,
    Column("term", Integer, primary_key=True, autoincrement=False),
    Column("documents", Integer, nullable=False),
)

corpus = Table(
    "corpus",
    METADATA,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("documents", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False, comment="of all documents together"),
    CheckConstraint("one", name="corpus_one"),
)

requests = Table(
    "requests",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("undoes", Text),
    Column("workflow", Text, nullable=False),
    Column("requester", Text),
    Column("bundle", Text),
    Column("request", Of(Request), nullable=False),
    Index("requests_subject", "subject"),
    Index("requests_pending", "expires_at", postgresql_where=text("state = 'pending'")),
    Index("requests_bundle", "bundle", postgresql_where=text("bundle IS NOT NULL")),
    Index("requests_approved", "workflow", "requester", postgresql_where=text("state = 'approved'")),
    Index("requests_asked_at", "asked_at"),
    Index("requests_undoes", "undoes", unique=True, postgresql_where=text("undoes IS NOT NULL")),
)

votes = Table(
    "votes",
    METADATA,
    Column("event", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("human", Text, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("vote", Of(Vote), nullable=False),
    Index("votes_human", "request", "human", unique=True, postgresql_where=text("counts")),
)

actions = Table(
    "actions",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_at", Moment, comment="transport"),
    Column("record", Of(ActionRecord), nullable=False),
    Index("actions_subject", "subject"),
    Index("actions_open", "state", postgresql_where=text("state IN ('planned', 'claimed', 'failed')")),
)

followed = Table(
    "followed",
    METADATA,
    Column("item", BigInteger, nullable=False),
    Column("parent", BigInteger, nullable=False),
    Column("followed", Of(Followed), nullable=False),
    PrimaryKeyConstraint("item", "parent"),
    Index("followed_parent", "parent"),
)

cards = Table(
    "cards",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("card", Of(CardRow), nullable=False),
    Index("cards_request", "request"),
    Index("cards_of_batches", "request", "place", unique=True, postgresql_where="request LIKE 'batch:%'"),
)

outcomes = Table(
    "outcomes",
    METADATA,
    Column("decision", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("by", Text),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("item", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("decision", "kind", "item"),
    Index("outcomes_subject", "subject"),
)

switches = Table(
    "switches",
    METADATA,
    Column("scope", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("scope", "name"),
)

budgets = Table(
    "budgets",
    METADATA,
    Column("agent", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("used", Integer, nullable=False),
    PrimaryKeyConstraint("agent", "day"),
)

rulesets = Table(
    "rulesets",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("published_at", Moment, nullable=False, server_default=func.now(), comment="transport"),
    Column("rules", Of(Ruleset), nullable=False),
)

active_rules = Table(
    "active_rules",
    METADATA,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("hash", Text, ForeignKey("rulesets.hash"), nullable=False),
    CheckConstraint("one", name="active_rules_one"),
)

activations = Table(
    "activations",
    METADATA,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("hash", Text, ForeignKey("rulesets.hash"), nullable=False),
    Column("at", Moment, nullable=False, comment="domain"),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("from_files", Boolean, nullable=False),
)

ledger = Table(
    "ledger",
    METADATA,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("about", ARRAY(BigInteger), nullable=False),
    Column("decision", Text),
    Column("once", Text, unique=True),
    Column("commitment", LargeBinary, nullable=False, comment="SHA-256 of salt and payload"),
    Index("ledger_about", "about", postgresql_using="gin"),
    Index("ledger_decision", "decision", postgresql_where=text("kind = 'decision.made'")),
)

ledger_payloads = Table(
    "ledger_payloads",
    METADATA,
    Column("seq", BigInteger, ForeignKey("ledger.seq"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False, comment="canonical JSON of text and data"),
)

unsealed = Table(
    "unsealed",
    METADATA,
    Column("seq", BigInteger, ForeignKey("ledger.seq"), primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False, server_default=func.now(), comment="transport"),
)

seals = Table(
    "seals",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, ForeignKey("ledger.seq"), nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False, comment="SHA-256 of the former hash and the row"),
)

tallies = Table(
    "tallies",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("entries", BigInteger, nullable=False),
)

progress = Table(
    "progress",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

baselines = Table(
    "baselines",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False, unique=True, comment="SHA-256 of the canonical form"),
    Column("frozen_at", Moment, nullable=False),
    Column("baseline", Of(Baseline), nullable=False),
)
