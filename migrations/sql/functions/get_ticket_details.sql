-- A ticket with all that its reader may see of it, as one document (S1); null where they see no such ticket. What is hidden
-- by policies is missing here, too: internal comments to customers, the names of staff, who appear as "Support Team".
CREATE FUNCTION get_ticket_details(p_ticket uuid) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT json_build_object(
        'ticket', json_build_object(
            'id', t.id, 'number', t.number, 'title', t.title, 'description', h.description, 'priority', t.priority,
            'status', t.status,
            'currentStage', json_build_object('id', s.id, 'name', s.name, 'description', s.description),
            'workflow', json_build_object('id', w.id, 'name', w.name),
            'assignedTo', CASE WHEN t.assigned_to IS NOT NULL THEN
                json_build_object('id', a.id, 'name', coalesce(a.name, 'Support Team'), 'email', a.email) END,
            'createdBy', json_build_object('id', r.id, 'name', r.name),
            'createdAt', t.created_at, 'updatedAt', t.updated_at, 'lastActivityAt', t.last_activity_at,
            'resolvedAt', t.resolved_at, 'closedAt', t.closed_at),
        'comments', (
            SELECT coalesce(json_agg(json_build_object(
                'id', c.id, 'content', c.text, 'isInternal', c.is_internal, 'senderType', c.sender_type,
                'createdBy', json_build_object('id', p.id, 'name',
                    coalesce(p.name, CASE WHEN c.sender_type <> 'customer' THEN 'Support Team' END)),
                'createdAt', c.created_at) ORDER BY c.created_at, c.id), '[]')
            FROM ticket_comments c LEFT JOIN profiles p ON p.org_id = c.org_id AND p.id = c.author_id
            WHERE c.org_id = t.org_id AND c.ticket_id = t.id),
        'attachments', (
            SELECT coalesce(json_agg(json_build_object(
                'id', f.id, 'commentId', f.comment_id, 'fileName', f.name, 'fileType', f.content_type,
                'fileSize', f.size, 'uploadedBy', json_build_object('id', p.id, 'name',
                    coalesce(p.name, CASE WHEN c.sender_type <> 'customer' THEN 'Support Team' END)),
                'uploadedAt', f.created_at) ORDER BY f.created_at, f.position, f.id), '[]')
            FROM ticket_attachments f
            LEFT JOIN ticket_comments c ON c.org_id = f.org_id AND c.id = f.comment_id
            LEFT JOIN profiles p ON p.org_id = f.org_id AND p.id = f.uploaded_by
            WHERE f.org_id = t.org_id AND f.ticket_id = t.id),
        'history', (
            SELECT coalesce(json_agg(json_build_object(
                'id', v.id, 'changes', v.changes, 'reason', v.reason,
                'changedBy', json_build_object('id', p.id, 'name', coalesce(p.name, 'Support Team')),
                'changedAt', v.changed_at) ORDER BY v.changed_at DESC, v.id DESC), '[]')
            FROM shown_history v LEFT JOIN profiles p ON p.org_id = v.org_id AND p.id = v.changed_by
            WHERE v.org_id = t.org_id AND v.ticket_id = t.id))
    FROM tickets t
    JOIN ticket_history h ON h.org_id = t.org_id AND h.ticket_id = t.id AND h.id = t.latest_history_id
    JOIN workflow_stages s ON s.org_id = t.org_id AND s.workflow_id = t.workflow_id AND s.id = t.current_stage_id
    JOIN workflows w ON w.org_id = t.org_id AND w.id = t.workflow_id
    LEFT JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
    LEFT JOIN profiles a ON a.org_id = t.org_id AND a.id = t.assigned_to
    WHERE t.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND t.id = p_ticket AND t.deleted_at IS NULL
$$;
GRANT EXECUTE ON FUNCTION get_ticket_details (uuid) TO postern_app;
