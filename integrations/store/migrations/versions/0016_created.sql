ALTER TABLE document_terms ADD COLUMN created_at timestamptz;

UPDATE document_terms SET created_at = CAST(CAST(items.item AS json) ->> 'created' AS timestamptz)
FROM items WHERE items.id = document_terms.id AND items.item IS NOT NULL;

DELETE FROM document_terms WHERE created_at IS NULL;

ALTER TABLE document_terms ALTER COLUMN created_at SET NOT NULL;

CREATE INDEX document_terms_created ON document_terms (created_at);
