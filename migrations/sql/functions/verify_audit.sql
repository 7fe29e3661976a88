-- Prove the chain of this organization's audit log: how many rows, the hash of the last one, and the first place where it
-- is broken, with what is wrong there. Content that is empty though its digest says otherwise was emptied by `cut_audit` if
-- the log says so.
CREATE FUNCTION verify_audit() RETURNS TABLE (number bigint, head bytea, place bigint, id uuid, problem text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
BEGIN
    IF coalesce(current_setting('app.role', true), '') NOT IN ('system', 'admin') THEN
        RAISE EXCEPTION 'only an admin may verify the audit log' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    WITH chain AS (
        SELECT a.id, a.place, a.hash, row_number() OVER w AS due,
               audit_hash(coalesce(lag(a.hash) OVER w, sha256(uuid_send(v_org))), a) AS true_hash,
               a.digest = audit_digest(a.changes) OR a.changes = '{}' AND EXISTS (
                   SELECT FROM audit_log e WHERE e.org_id = v_org AND e.noun = 'audit_log' AND e.subject_id = a.id::text
                     AND e.action = 'erase' AND e.place > a.place) AS is_content
        FROM audit_log a WHERE a.org_id = v_org WINDOW w AS (ORDER BY a.place, a.id)
    ), wrong AS (
        SELECT least(c.due, c.place) AS place, CASE WHEN c.place > c.due THEN NULL ELSE c.id END AS id, CASE
            WHEN c.place IS NULL THEN 'was inserted beside the chain'
            WHEN c.place > c.due THEN 'was removed'
            WHEN c.place < c.due THEN 'was inserted'
            WHEN c.hash IS DISTINCT FROM c.true_hash THEN 'does not follow from the row before it: was changed or inserted'
            WHEN c.is_content IS NOT TRUE THEN 'says something else than it did'
            END AS problem
        FROM chain c
        UNION ALL
        SELECT l.place + 1, NULL::uuid, CASE WHEN l.place < h.place THEN 'was removed, at the end' ELSE 'is not where the chain ends' END
        FROM audit_heads h,
             LATERAL (SELECT coalesce(max(c.place), 0) AS place FROM chain c) l
             LEFT JOIN chain c ON c.place = l.place
        WHERE h.org_id = v_org AND (h.place, h.hash) IS DISTINCT FROM (l.place, coalesce(c.hash, sha256(uuid_send(v_org))))
    )
    SELECT (SELECT count(*) FROM chain), (SELECT h.hash FROM audit_heads h WHERE h.org_id = v_org), w.place, w.id, w.problem
    FROM (SELECT) AS always
    LEFT JOIN LATERAL (SELECT * FROM wrong WHERE wrong.problem IS NOT NULL ORDER BY wrong.place LIMIT 1) w ON true;
END
$$;
GRANT EXECUTE ON FUNCTION verify_audit () TO postern_app;
