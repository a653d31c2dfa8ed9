CREATE TABLE cycles (
    item BIGINT NOT NULL,
    sla TEXT NOT NULL,
    started TIMESTAMP WITH TIME ZONE NOT NULL,
    stopped TIMESTAMP WITH TIME ZONE NOT NULL,
    within INTEGER NOT NULL,
    elapsed INTEGER NOT NULL,
    breached BOOLEAN NOT NULL,
    calendar TEXT NOT NULL,
    basis TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (item, sla, started)
);
COMMENT ON COLUMN cycles.within IS 'seconds';
COMMENT ON COLUMN cycles.elapsed IS 'seconds';
COMMENT ON COLUMN cycles.basis IS 'the digest of the rule, its calendars and teams';
