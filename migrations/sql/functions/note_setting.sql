-- Who changed which setting. Arguments of the trigger: the columns that name the row, those that say nothing about a
-- setting, and, if not all, those that count. A secret, a person's address and a free word
-- about somebody are noted as hidden: that they changed is known, what they were is not kept where nothing can be erased. What an organization starts with is nobody's change.
CREATE FUNCTION note_setting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    v_is jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    v_row jsonb := v_was || v_is;
    v_keys text[] := TG_ARGV[0];
    v_silent text[] := TG_ARGV[1];
    v_counting text[] := TG_ARGV[2];
    v_changes jsonb;
BEGIN
    SELECT jsonb_object_agg(f.name, jsonb_build_object('from', f.was, 'to', f.becomes)) INTO v_changes
    FROM (
        SELECT k.name,
               CASE WHEN k.hidden AND w.was IS NOT NULL THEN '"hidden"' ELSE w.was END AS was,
               CASE WHEN k.hidden AND w.becomes IS NOT NULL THEN '"hidden"' ELSE w.becomes END AS becomes
        FROM (
            SELECT name, name ~ 'sealed|secret|digest|hash|token|password|private|^(email|identifier|reason)$' AS hidden
            FROM jsonb_object_keys(v_row) AS name
        ) k, LATERAL (SELECT nullif(v_was -> k.name, 'null') AS was, nullif(v_is -> k.name, 'null') AS becomes) w
        WHERE w.was IS DISTINCT FROM w.becomes AND k.name <> ALL (v_keys || v_silent)
          AND (v_counting IS NULL OR k.name = ANY (v_counting))
    ) f;
    INSERT INTO audit_log (org_id, actor_id, actor_role, action, noun, subject_id, changes)
    SELECT o.id, nullif(current_setting('app.profile_id', true), '')::uuid,
           nullif(current_setting('app.role', true), ''), lower(TG_OP), TG_TABLE_NAME,
           (SELECT string_agg(v_row ->> k.name, '/' ORDER BY k.place) FROM unnest(v_keys) WITH ORDINALITY AS k (name, place)
            WHERE k.name <> 'org_id' OR cardinality(v_keys) = 1),
           coalesce(v_changes, '{}')
    FROM organizations o  -- which is no longer there when its settings go with it
    WHERE o.id = coalesce(v_row ->> 'org_id', v_row ->> 'id')::uuid
      AND CASE TG_OP WHEN 'UPDATE' THEN v_changes IS NOT NULL
                     WHEN 'INSERT' THEN o.created_at <> now() OR TG_TABLE_NAME = 'organizations' ELSE true END;
    RETURN NULL;
END
$$;
