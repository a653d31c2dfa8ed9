-- Each statement of a volatile function sees what was committed before it began, so what follows a lock sees what the
-- lock waited for, as if the statements came one by one.

CREATE FUNCTION append_entry(
    _kind TEXT, _subject TEXT, _at TIMESTAMPTZ, _about BIGINT[], _decision TEXT, _once TEXT,
    _commitment BYTEA, _salt BYTEA, _payload BYTEA
) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    _seq BIGINT;
BEGIN
    INSERT INTO ledger (kind, subject, at, about, decision, once, commitment)
        VALUES (_kind, _subject, _at, _about, _decision, _once, _commitment)
        ON CONFLICT (once) DO NOTHING RETURNING seq INTO _seq;
    IF FOUND THEN
        INSERT INTO ledger_payloads (seq, salt, payload) VALUES (_seq, _salt, _payload);
        INSERT INTO unsealed (seq) VALUES (_seq);
    END IF;
END $$;

-- The subject's lock is held. Looks at the cards of one channel wait for each other. Queue, task and priorities are
-- those of integrations/durable.py.
CREATE FUNCTION want_look(_subject TEXT, _urgent BOOLEAN) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    _lock TEXT := _subject;
BEGIN
    IF EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = _subject AND status = 'todo') THEN
        IF _urgent THEN
            UPDATE procrastinate_jobs SET priority = 10
                WHERE queueing_lock = _subject AND status = 'todo' AND priority < 10;
        END IF;
        RETURN;
    END IF;
    IF _subject LIKE 'card:%' THEN
        SELECT coalesce(max('place:' || place), _subject) INTO _lock FROM cards WHERE id = substr(_subject, 6);
    END IF;
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
        'looks', 'look', CASE WHEN _urgent THEN 10 ELSE 0 END, _lock, _subject,
        jsonb_build_object('subject', _subject), NULL
    )::procrastinate_job_to_defer_v1]);
END $$;

CREATE FUNCTION store_event(
    _id TEXT, _subject TEXT, _kind TEXT, _name TEXT, _source TEXT, _received_at TIMESTAMPTZ, _payload TEXT,
    _needs_look BOOLEAN, _state TEXT, _error TEXT,
    _entry_kind TEXT, _about BIGINT[], _commitment BYTEA, _salt BYTEA, _entry BYTEA
) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(_subject, 0));
    INSERT INTO events (id, subject, kind, name, source, received_at, payload, needs_look, state, error)
        VALUES (_id, _subject, _kind, _name, _source, _received_at, _payload, _needs_look, _state, _error)
        ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    PERFORM append_entry(_entry_kind, _subject, _received_at, _about, NULL, NULL, _commitment, _salt, _entry);
    IF _state = 'waiting' THEN
        PERFORM want_look(_subject, _kind = 'command');
    END IF;
    RETURN TRUE;
END $$;
