-- An erasure, redaction or export, in the audit log; never what it was about.
CREATE FUNCTION note_act(p_action text, p_noun text, p_subject text, p_changes jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO audit_log (org_id, actor_id, actor_role, action, noun, subject_id, changes)
    VALUES (nullif(current_setting('app.org_id', true), '')::uuid, nullif(current_setting('app.profile_id', true), '')::uuid,
            nullif(current_setting('app.role', true), ''), p_action, p_noun, p_subject, p_changes)
$$;
