ALTER TABLE requests ADD COLUMN workflow TEXT;
ALTER TABLE requests ADD COLUMN requester TEXT;
ALTER TABLE requests ADD COLUMN bundle TEXT;
UPDATE requests SET workflow = CAST(request AS json) ->> 'workflow', requester = CAST(request AS json) ->> 'requester';
ALTER TABLE requests ALTER COLUMN workflow SET NOT NULL;
CREATE INDEX requests_bundle ON requests (bundle) WHERE bundle IS NOT NULL;
CREATE INDEX requests_approved ON requests (workflow, requester) WHERE state = 'approved';
CREATE INDEX requests_asked_at ON requests (asked_at);
