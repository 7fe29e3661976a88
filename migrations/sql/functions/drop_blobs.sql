-- Remove the bytes of files that nothing names any more, at most so many; answers how many. Who stores a file holds the same
-- lock, shared, until its attachment is there, too.
CREATE FUNCTION drop_blobs(p_most integer DEFAULT 1000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    v_gone bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('blobs ' || v_org, 0));
    WITH named AS MATERIALIZED (
        SELECT DISTINCT lower(f.it ->> 'sha256') AS digest FROM chat_messages m CROSS JOIN jsonb_array_elements(m.attachments) AS f (it)
        WHERE m.org_id = v_org AND m.attachments <> '[]'
    ), unused AS MATERIALIZED (
        SELECT b.sha256 FROM blobs b
        WHERE b.org_id = v_org
          AND NOT EXISTS (SELECT FROM ticket_attachments a WHERE a.org_id = b.org_id AND a.sha256 = b.sha256)
          AND NOT EXISTS (SELECT FROM named n WHERE n.digest = encode(b.sha256, 'hex'))
        LIMIT p_most
    )
    DELETE FROM blobs b USING unused u WHERE b.org_id = v_org AND b.sha256 = u.sha256;
    GET DIAGNOSTICS v_gone = ROW_COUNT;
    RETURN v_gone;
END
$$;
GRANT EXECUTE ON FUNCTION drop_blobs (integer) TO postern_app;
