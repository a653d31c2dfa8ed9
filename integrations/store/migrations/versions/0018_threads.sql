CREATE TABLE threads (
    id TEXT NOT NULL,
    item BIGINT NOT NULL,
    thread TEXT NOT NULL,
    PRIMARY KEY (id)
);
COMMENT ON COLUMN threads.id IS '<channel>/<ts of the first message>';
CREATE INDEX threads_item ON threads (item);
