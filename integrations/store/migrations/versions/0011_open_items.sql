CREATE TABLE open_items (
    id BIGINT NOT NULL,
    project TEXT NOT NULL,
    waiting INTEGER NOT NULL,
    breaks_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);
COMMENT ON COLUMN open_items.waiting IS 'how many links lead to what waits for it, or repeats it';
COMMENT ON COLUMN open_items.breaks_at IS 'when the first of its SLA clocks breaks that run';
CREATE INDEX open_items_waiting ON open_items (project, waiting DESC, id);
CREATE INDEX open_items_breaks ON open_items (project, breaks_at, id) WHERE breaks_at IS NOT NULL;
