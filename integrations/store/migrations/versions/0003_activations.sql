CREATE TABLE activations (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    hash TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL,
    from_files BOOLEAN NOT NULL,
    PRIMARY KEY (number),
    FOREIGN KEY (hash) REFERENCES rulesets (hash)
);
COMMENT ON COLUMN activations.at IS 'domain';
CREATE TRIGGER activations_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
INSERT INTO activations (hash, at, by, why, from_files)
    SELECT active.hash, rules.published_at, 'files', 'they were in force before', true
    FROM active_rules AS active JOIN rulesets AS rules ON rules.hash = active.hash;
