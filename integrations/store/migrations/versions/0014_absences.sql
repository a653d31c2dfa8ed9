CREATE TABLE absences (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    absence TEXT NOT NULL,
    PRIMARY KEY (number)
);
CREATE INDEX absences_person ON absences (person, until);
CREATE TABLE delegations (
    id TEXT NOT NULL,
    giver TEXT NOT NULL,
    receiver TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    delegation TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX delegations_giver ON delegations (giver, until);
CREATE INDEX delegations_receiver ON delegations (receiver, until);
