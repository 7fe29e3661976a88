-- As `cut_tickets`, for talks.
CREATE FUNCTION cut_talks(p_sessions uuid[], p_pattern text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_org uuid := nullif(current_setting('app.org_id', true), '')::uuid;
BEGIN
    UPDATE chat_messages m SET content = cut(m.content, p_pattern), attachments = cut_json(m.attachments, p_pattern)
    WHERE m.org_id = v_org AND m.session_id = ANY (p_sessions)
      AND (m.content, m.attachments) IS DISTINCT FROM (cut(m.content, p_pattern), cut_json(m.attachments, p_pattern));
    UPDATE chat_sessions s SET metadata = cut_json(s.metadata, p_pattern)
    WHERE s.org_id = v_org AND s.id = ANY (p_sessions) AND s.metadata <> cut_json(s.metadata, p_pattern);
END
$$;
