-- What follows from a comment, whoever wrote it: it is activity on its ticket, the first public one of an agent is the first
-- response, requester, assignee, the staff who watch the ticket and those whom an agent names in it (@) get a notice (S0,
-- S1), one each – never its author, and no customer of what is internal – and webhooks are told. Nobody is told of what was
-- imported or said in a talk before.
CREATE FUNCTION note_comments() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Everything here is looked up by key; a plan that was kept from when the tables were small would read them whole.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    UPDATE tickets t SET
        last_activity_at = greatest(t.last_activity_at, said.latest),
        first_response_at = coalesce(t.first_response_at, said.answered),
        erased_at = NULL
    FROM (
        SELECT n.org_id, n.ticket_id, max(n.created_at) AS latest,
               min(n.created_at) FILTER (WHERE n.sender_type = 'agent' AND NOT n.is_internal) AS answered
        FROM new_comments n GROUP BY 1, 2
    ) said
    WHERE t.org_id = said.org_id AND t.id = said.ticket_id
      AND (t.last_activity_at < said.latest OR t.first_response_at IS NULL AND said.answered IS NOT NULL);

    INSERT INTO notifications (org_id, profile_id, type, title, content, link, ticket_id, comment_id, mailed_at)
    SELECT n.org_id, p.id, CASE WHEN d.is_named THEN 'mention' ELSE 'ticket_commented' END, t.number || ': ' || t.title,
           jsonb_build_object('commenter', n.author_id, 'excerpt', left(n.text, 100)), '/tickets/' || t.number,
           n.ticket_id, n.id,
           -- What is public has letters of its own, which do not go to all who watch.
           CASE WHEN NOT n.is_internal AND (NOT (d.is_named OR d.watches) OR EXISTS (
               SELECT FROM outgoing o WHERE o.org_id = n.org_id AND o.comment_id = n.id AND o.profile_id = p.id)) THEN now() END
    FROM new_comments n
    JOIN tickets t ON t.org_id = n.org_id AND t.id = n.ticket_id
    CROSS JOIN LATERAL (
        SELECT c.id, bool_or(c.watches) AS watches, bool_or(c.is_named) AS is_named FROM (
            SELECT t.created_by AS id, false AS watches, false AS is_named
            UNION ALL SELECT t.assigned_to, false, false
            UNION ALL SELECT w.profile_id, true, false FROM ticket_participants w
                      WHERE w.org_id = n.org_id AND w.ticket_id = n.ticket_id AND w.kind = 'watcher'
            UNION ALL SELECT s, false, true FROM named_staff(n.text) AS s
                      WHERE n.sender_type = 'agent' AND strpos(n.text, '@') > 0
        ) c WHERE c.id IS NOT NULL GROUP BY 1
    ) d
    JOIN profiles p ON p.org_id = n.org_id AND p.id = d.id
    WHERE p.id <> n.author_id AND NOT n.metadata ?| '{imported,chat_message}' AND NOT (n.is_internal AND p.role = 'customer') AND n.message_type IN ('reply', 'note')
      AND (p.id IN (t.created_by, t.assigned_to) OR p.role IN ('agent', 'admin') AND p.deleted_at IS NULL);

    IF NOT EXISTS (SELECT FROM webhooks w WHERE w.org_id = nullif(current_setting('app.org_id', true), '')::uuid) THEN
        RETURN NULL;
    END IF;
    INSERT INTO webhook_calls (org_id, webhook_id, event, ticket_id, history_id, comment_id)
    SELECT n.org_id, w.id, 'ticket.commented', n.ticket_id, t.latest_history_id, n.id
    FROM new_comments n
    JOIN webhooks w ON w.org_id = n.org_id AND 'ticket.commented' = ANY (w.events)
    JOIN tickets t ON t.org_id = n.org_id AND t.id = n.ticket_id
    WHERE NOT n.metadata ?| '{imported,chat_message}' AND n.message_type IN ('reply', 'note');
    RETURN NULL;
END
$$;
