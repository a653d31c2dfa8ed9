CREATE TABLE batches (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    batch TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE batch_members (
    item BIGINT NOT NULL,
    batch TEXT NOT NULL,
    PRIMARY KEY (item)
);
CREATE INDEX batch_members_batch ON batch_members (batch);

CREATE TABLE batch_partings (
    id TEXT NOT NULL,
    ones BIGINT[] NOT NULL,
    parting TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX batch_partings_ones ON batch_partings USING gin (ones);
