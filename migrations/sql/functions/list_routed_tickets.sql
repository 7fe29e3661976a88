-- The tickets that partners routed to the organization in the context, for its staff; who works on one goes to its
-- organization as a guest.
CREATE FUNCTION list_routed_tickets() RETURNS TABLE (
    org_id uuid, organization text, ticket_id uuid, number text, title text, priority text, status text,
    routing_type text, assigned_to uuid, created_at timestamptz, last_activity_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.org_id, o.name, t.id, t.number, t.title, t.priority, t.status, t.routing_type, t.assigned_to, t.created_at,
           t.last_activity_at
    FROM tickets t
    JOIN organizations o ON o.id = t.org_id
    JOIN organization_partners ours ON ours.org_id = t.assigned_org_id AND ours.partner_org_id = t.org_id
    JOIN organization_partners theirs ON theirs.org_id = t.org_id AND theirs.partner_org_id = t.assigned_org_id
    WHERE t.assigned_org_id = nullif(current_setting('app.org_id', true), '')::uuid
      AND current_setting('app.role', true) IN ('system', 'admin', 'agent')
      AND t.routing_type IN ('organization', 'hybrid') AND t.deleted_at IS NULL
    ORDER BY t.last_activity_at DESC, t.id
$$;
GRANT EXECUTE ON FUNCTION list_routed_tickets () TO postern_app;
