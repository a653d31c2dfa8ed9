CREATE TABLE followed (
    item BIGINT NOT NULL,
    parent BIGINT NOT NULL,
    followed TEXT NOT NULL,
    PRIMARY KEY (item, parent)
);
CREATE INDEX followed_parent ON followed (parent);

-- Of a decision about many issues, one may turn out well and another not.
ALTER TABLE outcomes ADD COLUMN item BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outcomes DROP CONSTRAINT outcomes_pkey;
ALTER TABLE outcomes ADD PRIMARY KEY (decision, kind, item);
