CREATE TABLE notices (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    team TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended BOOLEAN NOT NULL,
    notice TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX notices_standing ON notices (team, at) WHERE NOT ended;
