CREATE TABLE vectors (
    item BIGINT NOT NULL,
    encoder TEXT NOT NULL,
    said BYTEA NOT NULL,
    vector REAL[],
    PRIMARY KEY (item, encoder)
);
