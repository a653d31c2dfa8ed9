ALTER TABLE open_items ADD COLUMN promised_at TIMESTAMP WITH TIME ZONE, ADD COLUMN promised_by TEXT;
COMMENT ON COLUMN open_items.promised_at IS 'when the first clock of the rules breaks';
COMMENT ON COLUMN open_items.promised_by IS 'the digest of the rules that say so; null while none did';
CREATE INDEX open_items_promised ON open_items (project, promised_at, id) WHERE promised_at IS NOT NULL;
