CREATE TABLE batch_joinings (
    id TEXT NOT NULL,
    ones BIGINT[] NOT NULL,
    joining TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX batch_joinings_ones ON batch_joinings USING gin (ones);

ALTER TABLE batches ADD COLUMN grown_at TIMESTAMPTZ;
COMMENT ON COLUMN batches.grown_at IS 'domain; NULL without members';
UPDATE batches SET grown_at = CAST(CAST(batch AS json) ->> 'grown_at' AS TIMESTAMPTZ)
    WHERE id IN (SELECT batch FROM batch_members);
CREATE INDEX batches_grown_at ON batches (grown_at);
