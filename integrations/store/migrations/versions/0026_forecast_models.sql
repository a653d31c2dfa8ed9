CREATE TABLE forecast_models (
    version TEXT NOT NULL,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    made TEXT NOT NULL,
    PRIMARY KEY (version)
);
