-- Empty what the audit log says where it names somebody; the chain holds, since the digest stays, and that it was emptied is
-- noted. Rows of this transaction are not yet chained and are left alone: they say nothing of whom it erases.
CREATE FUNCTION cut_audit(p_pattern text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH emptied AS (
        UPDATE audit_log a SET changes = '{}'
        WHERE a.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND a.place IS NOT NULL
          AND a.changes::text ~* p_pattern
        RETURNING a.id
    )
    SELECT note_act('erase', 'audit_log', e.id::text) FROM emptied e
$$;
