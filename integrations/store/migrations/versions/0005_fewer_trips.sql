-- Each statement of a volatile function sees what was committed before it began, so what follows a lock sees what the
-- lock waited for, as if the statements came one by one.

CREATE FUNCTION unhandled_events(_subject TEXT) RETURNS SETOF events LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(_subject, 0));
    RETURN QUERY SELECT * FROM events WHERE events.subject = _subject AND events.state = 'waiting' ORDER BY events.seq;
END $$;

-- The rows are locked until the transaction ends, in the order of their ids; those that are not there yet are made.
CREATE FUNCTION hold_items(_ids BIGINT[]) RETURNS SETOF items LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO items (id, known) SELECT unnest(_ids), '{}' ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT * FROM items WHERE items.id = ANY (_ids) ORDER BY items.id FOR UPDATE;
END $$;

-- Of one entry of a changelog the earlier time: a webhook dates it later than the changelog does.
CREATE FUNCTION unite_changes(_items BIGINT[], _ids TEXT[], _at TIMESTAMPTZ[], _changes TEXT[])
RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item_changes (item, id, at, change)
        SELECT * FROM unnest(_items, _ids, _at, _changes) AS told (item, id, at, change) ORDER BY item, id
        ON CONFLICT (item, id) DO UPDATE SET at = excluded.at, change = excluded.change
        WHERE excluded.at < item_changes.at;
END $$;

-- What a merge ends with: others who write the same wait for the end of its transaction from here on.
CREATE FUNCTION close_merge(
    _keys TEXT[], _bearers BIGINT[], _since TIMESTAMPTZ[],
    _items BIGINT[], _ids TEXT[], _at TIMESTAMPTZ[], _changes TEXT[],
    _terms INTEGER[], _more INTEGER[], _documents BIGINT, _length BIGINT
) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item_keys (key, item, since)
        SELECT * FROM unnest(_keys, _bearers, _since) AS told (key, item, since) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET item = excluded.item, since = excluded.since
        WHERE (excluded.since, excluded.item) > (item_keys.since, item_keys.item);
    IF cardinality(_items) > 0 THEN
        PERFORM unite_changes(_items, _ids, _at, _changes);
    END IF;
    IF cardinality(_terms) > 0 THEN
        INSERT INTO term_frequencies (term, documents)
            SELECT * FROM unnest(_terms, _more) AS counted (term, more) ORDER BY term
            ON CONFLICT (term) DO UPDATE SET documents = term_frequencies.documents + excluded.documents;
    END IF;
    IF _documents <> 0 OR _length <> 0 THEN
        INSERT INTO corpus (documents, length) VALUES (_documents, _length)
            ON CONFLICT (one) DO UPDATE
            SET documents = corpus.documents + excluded.documents, length = corpus.length + excluded.length;
    END IF;
END $$;

-- The subjects' locks are held until the transaction ends; gives how many of the events were waiting still.
CREATE FUNCTION begin_commit(_subjects TEXT[], _handled TEXT[], _bound TEXT) RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
    _waiting INTEGER;
BEGIN
    PERFORM set_config('idle_in_transaction_session_timeout', _bound, true);
    PERFORM pg_advisory_xact_lock(hashtextextended(subject, 0)) FROM unnest(_subjects) AS concerned (subject);
    UPDATE events SET state = 'handled' WHERE id = ANY (_handled) AND state = 'waiting';
    GET DIAGNOSTICS _waiting = ROW_COUNT;
    RETURN _waiting;
END $$;
