ALTER TABLE threads ADD COLUMN kept BOOLEAN NOT NULL DEFAULT false;
DROP INDEX threads_item;
CREATE INDEX threads_item ON threads (item) WHERE kept;
CREATE TABLE spoken (
    thread TEXT NOT NULL,
    ts TEXT NOT NULL,
    spoken TEXT NOT NULL,
    PRIMARY KEY (thread, ts)
);
