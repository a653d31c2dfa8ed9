-- The tables as `tables.py` describes them, and the ledger's guard.
CREATE TABLE actions (
    key TEXT NOT NULL,
    subject TEXT NOT NULL,
    request TEXT NOT NULL,
    decision TEXT NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE,
    record TEXT NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX actions_open ON actions (state) WHERE state IN ('planned', 'claimed', 'failed');
CREATE INDEX actions_subject ON actions (subject);
COMMENT ON COLUMN actions.claimed_at IS 'transport';

CREATE TABLE budgets (
    agent TEXT NOT NULL,
    day TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (agent, day)
);

CREATE TABLE cards (
    id TEXT NOT NULL,
    request TEXT NOT NULL,
    place TEXT NOT NULL,
    card TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX cards_request ON cards (request);

CREATE TABLE corpus (
    one BOOLEAN DEFAULT true NOT NULL,
    documents BIGINT NOT NULL,
    length BIGINT NOT NULL,
    PRIMARY KEY (one),
    CONSTRAINT corpus_one CHECK (one)
);
COMMENT ON COLUMN corpus.length IS 'of all documents together';

CREATE TABLE document_terms (
    id BIGINT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    terms INTEGER[] NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX document_terms_terms ON document_terms USING gin (terms) WITH (fastupdate = off);
COMMENT ON COLUMN document_terms.closed_at IS 'null while the item is open';

CREATE TABLE documents (
    id BIGINT NOT NULL,
    terms_version TEXT NOT NULL,
    candidate BYTEA NOT NULL,
    PRIMARY KEY (id)
);
COMMENT ON COLUMN documents.candidate IS 'MessagePack of what a search gives';

CREATE TABLE events (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    payload TEXT NOT NULL,
    needs_look BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    PRIMARY KEY (seq),
    CONSTRAINT events_state CHECK (state IN ('waiting', 'handled', 'buried')),
    UNIQUE (id)
);
CREATE INDEX events_buried ON events (seq) WHERE state = 'buried';
CREATE INDEX events_waiting ON events (subject, seq) WHERE state = 'waiting';
COMMENT ON COLUMN events.stored_at IS 'transport';

CREATE TABLE item_changes (
    item BIGINT NOT NULL,
    id TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (item, id)
);

CREATE TABLE item_keys (
    key TEXT NOT NULL,
    item BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (key)
);
COMMENT ON COLUMN item_keys.since IS 'the update that said so';

CREATE TABLE items (
    id BIGINT NOT NULL,
    item TEXT,
    known TEXT NOT NULL,
    PRIMARY KEY (id)
);
COMMENT ON COLUMN items.item IS 'null while too little is known';
COMMENT ON COLUMN items.known IS 'as of when; what of, only while there is no item';

CREATE TABLE ledger (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    about BIGINT[] NOT NULL,
    decision TEXT,
    once TEXT,
    commitment BYTEA NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (once)
);
CREATE INDEX ledger_about ON ledger USING gin (about);
CREATE INDEX ledger_decision ON ledger (decision) WHERE kind = 'decision.made';
COMMENT ON COLUMN ledger.commitment IS 'SHA-256 of salt and payload';

CREATE TABLE outcomes (
    decision TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    by TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (decision, kind)
);
CREATE INDEX outcomes_subject ON outcomes (subject);

CREATE TABLE progress (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE requests (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undoes TEXT,
    request TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX requests_pending ON requests (expires_at) WHERE state = 'pending';
CREATE INDEX requests_subject ON requests (subject);
CREATE UNIQUE INDEX requests_undoes ON requests (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE rulesets (
    hash TEXT NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (hash)
);
COMMENT ON COLUMN rulesets.published_at IS 'transport';

CREATE TABLE subjects (
    subject TEXT NOT NULL,
    next_look_at TIMESTAMP WITH TIME ZONE,
    retry_at TIMESTAMP WITH TIME ZONE,
    waits INTEGER DEFAULT '0' NOT NULL,
    failures INTEGER DEFAULT '0' NOT NULL,
    share INTEGER,
    held BOOLEAN DEFAULT false NOT NULL,
    quarantined_by TEXT,
    error TEXT,
    PRIMARY KEY (subject)
);
CREATE INDEX subjects_held ON subjects (subject) WHERE held;
CREATE INDEX subjects_next_look ON subjects (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX subjects_quarantined ON subjects (subject) WHERE quarantined_by IS NOT NULL;
CREATE INDEX subjects_retry ON subjects (retry_at) WHERE retry_at IS NOT NULL;
COMMENT ON COLUMN subjects.retry_at IS 'transport';
COMMENT ON COLUMN subjects.waits IS 'vain looks that were nobody''s fault here';
COMMENT ON COLUMN subjects.share IS 'how many events a look takes while a poisoned one is searched';
COMMENT ON COLUMN subjects.quarantined_by IS 'the code and rules under which looks kept failing';

CREATE TABLE switches (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    by TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (scope, name)
);

CREATE TABLE tallies (
    kind TEXT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (kind)
);

CREATE TABLE term_frequencies (
    term INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    PRIMARY KEY (term)
);

CREATE TABLE votes (
    event TEXT NOT NULL,
    request TEXT NOT NULL,
    human TEXT NOT NULL,
    counts BOOLEAN NOT NULL,
    vote TEXT NOT NULL,
    PRIMARY KEY (event)
);
CREATE UNIQUE INDEX votes_human ON votes (request, human) WHERE counts;

CREATE TABLE active_rules (
    one BOOLEAN DEFAULT true NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (one),
    CONSTRAINT active_rules_one CHECK (one),
    FOREIGN KEY(hash) REFERENCES rulesets (hash)
);

CREATE TABLE ledger_payloads (
    seq BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    payload BYTEA NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(seq) REFERENCES ledger (seq)
);
COMMENT ON COLUMN ledger_payloads.payload IS 'canonical JSON of text and data';

CREATE TABLE seals (
    position BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (position),
    UNIQUE (seq),
    FOREIGN KEY(seq) REFERENCES ledger (seq)
);
COMMENT ON COLUMN seals.hash IS 'SHA-256 of the former hash and the row';

CREATE TABLE unsealed (
    seq BIGINT NOT NULL,
    since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(seq) REFERENCES ledger (seq)
);
COMMENT ON COLUMN unsealed.since IS 'transport';

-- The ledger is append-only: not even a mistake of ours changes a row. Payloads may be erased, the chain still verifies.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seals_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payloads_are_only_erased BEFORE UPDATE OR TRUNCATE ON ledger_payloads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
