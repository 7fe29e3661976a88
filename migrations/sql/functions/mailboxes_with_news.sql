-- Mailboxes of all organizations whose admins have to get a letter, where there is anybody to get it.
CREATE FUNCTION mailboxes_with_news(p_most integer) RETURNS TABLE (org_id uuid, mailbox_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.org_id, m.id FROM mailboxes m
    JOIN organizations o ON o.id = m.org_id AND o.is_active
    WHERE (m.failing_since IS NOT NULL OR m.trouble_told_at IS NOT NULL) AND mailbox_news(m) IS NOT NULL AND EXISTS (
        SELECT FROM profiles p
        WHERE p.org_id = m.org_id AND p.role IN ('admin', 'agent') AND p.email IS NOT NULL AND p.deleted_at IS NULL)
    ORDER BY m.org_id, m.id LIMIT p_most
$$;
GRANT EXECUTE ON FUNCTION mailboxes_with_news (integer) TO postern_app;
