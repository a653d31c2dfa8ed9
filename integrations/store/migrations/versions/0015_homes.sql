CREATE TABLE homes (
    "user" TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shown TEXT,
    watches TEXT[] NOT NULL,
    PRIMARY KEY ("user")
);
COMMENT ON COLUMN homes.opened_at IS 'transport';
CREATE INDEX homes_watches ON homes USING gin (watches);
