CREATE TABLE mutes (
    "user" TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY ("user")
);
CREATE TABLE messages (
    "user" TEXT NOT NULL,
    day TEXT NOT NULL,
    sent INTEGER NOT NULL,
    PRIMARY KEY ("user", day)
);
CREATE TABLE held_back (
    card TEXT NOT NULL,
    "user" TEXT NOT NULL,
    request TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    why TEXT NOT NULL,
    told_in TEXT,
    PRIMARY KEY (card)
);
CREATE INDEX held_back_user ON held_back ("user") WHERE told_in IS NULL;
CREATE INDEX held_back_told_in ON held_back (told_in);
