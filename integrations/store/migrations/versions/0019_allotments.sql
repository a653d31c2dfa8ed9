CREATE TABLE allotments (
    item BIGINT NOT NULL,
    allotment TEXT NOT NULL,
    PRIMARY KEY (item)
);
