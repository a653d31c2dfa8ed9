CREATE TABLE alerts (
    id TEXT NOT NULL,
    team TEXT NOT NULL,
    project TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    told_at TIMESTAMP WITH TIME ZONE,
    ended BOOLEAN NOT NULL,
    alert TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX alerts_running ON alerts (team, at) WHERE NOT ended;
CREATE INDEX alerts_told ON alerts (project, told_at) WHERE told_at IS NOT NULL;
