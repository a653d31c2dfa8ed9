ALTER TABLE alerts ADD COLUMN item BIGINT;
UPDATE alerts SET item = CAST(substring(alert FROM '"item":([0-9]+)') AS BIGINT);
ALTER TABLE alerts ALTER COLUMN item SET NOT NULL;
CREATE INDEX alerts_item ON alerts (item) WHERE NOT ended;
