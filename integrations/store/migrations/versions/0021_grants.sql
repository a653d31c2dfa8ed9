CREATE TABLE grants (
    account TEXT NOT NULL,
    "user" TEXT NOT NULL,
    id TEXT NOT NULL,
    cloud TEXT NOT NULL,
    sealed TEXT NOT NULL,
    sealed_by TEXT NOT NULL,
    access_until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (account)
);
COMMENT ON COLUMN grants.access_until IS 'transport';
CREATE TABLE invitations (
    once TEXT NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (once)
);
COMMENT ON COLUMN invitations.used_at IS 'transport';
