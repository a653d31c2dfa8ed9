CREATE TABLE baselines (
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    baseline TEXT NOT NULL,
    PRIMARY KEY (number),
    UNIQUE (hash)
);
COMMENT ON COLUMN baselines.hash IS 'SHA-256 of the canonical form';
CREATE TRIGGER baselines_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON baselines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
