-- Everything that is kept of one person, as a document; notes that staff wrote for themselves are not theirs.
WITH me AS (
    SELECT p.*, ARRAY(SELECT a.address FROM profile_addresses a WHERE a.org_id = p.org_id AND a.profile_id = p.id) AS addresses
    FROM profiles p WHERE p.id = :person
), asked AS (
    SELECT t.*, h.description FROM me JOIN tickets t ON t.org_id = me.org_id AND t.created_by = me.id
    JOIN ticket_history h ON h.org_id = t.org_id AND h.ticket_id = t.id AND h.id = t.latest_history_id
), said AS (
    SELECT c.* FROM me JOIN ticket_comments c ON c.org_id = me.org_id AND (
        c.author_id = me.id OR NOT c.is_internal AND c.ticket_id IN (SELECT a.id FROM asked a))
), received AS (
    SELECT r.* FROM me JOIN raw_mail r ON r.org_id = me.org_id AND r.content <> '' AND (
        lower(r.mail_from) = ANY (me.addresses)
        OR r.id IN (SELECT s.raw_mail_id FROM said s WHERE s.author_id = me.id)
        OR r.stage <> 'filed' AND EXISTS (
            SELECT FROM unnest(me.addresses) AS a (address)
            WHERE strpos(lower(encode(substring(r.content FOR 262144), 'escape')), a.address) > 0))
)
SELECT jsonb_build_object(
    'person', (SELECT jsonb_build_object(
        'id', me.id, 'name', me.name, 'username', me.username, 'email', me.email, 'addresses', me.addresses, 'role', me.role,
        'audiences', me.audiences, 'preferences', me.preferences, 'avatar_url', me.avatar_url, 'locale', me.locale,
        'timezone', me.timezone, 'custom_fields', me.custom_fields, 'metadata', me.metadata, 'last_active', me.last_active,
        'created_at', me.created_at) FROM me),
    'tickets', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'number', a.number, 'title', a.title, 'description', a.description, 'status', a.status, 'priority', a.priority,
        'source', a.source, 'source_ip', a.source_ip, 'user_agent', a.user_agent, 'custom_fields', a.custom_fields,
        'created_at', a.created_at, 'resolved_at', a.resolved_at, 'closed_at', a.closed_at) ORDER BY a.id), '[]') FROM asked a),
    'comments', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'ticket', t.number, 'by_themselves', s.author_id = :person, 'text', s.text, 'full_text', s.full_text, 'html', s.html,
        'message_id', s.message_id, 'created_at', s.created_at, 'attachments', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'type', f.content_type, 'size', f.size)
                                      ORDER BY f.position, f.id), '[]')
            FROM ticket_attachments f WHERE f.org_id = s.org_id AND f.comment_id = s.id)) ORDER BY s.created_at, s.id), '[]')
        FROM said s JOIN tickets t ON t.org_id = s.org_id AND t.id = s.ticket_id),
    'takes_part_in', (SELECT coalesce(jsonb_agg(t.number ORDER BY t.id), '[]') FROM ticket_participants i
        JOIN tickets t ON t.org_id = i.org_id AND t.id = i.ticket_id WHERE i.profile_id = :person),
    'mails', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'mail_from', r.mail_from, 'recipients', r.recipients, 'peer', r.peer, 'received_at', r.received_at,
        'size', r.size, 'stage', r.stage) ORDER BY r.id), '[]') FROM received r),
    'letters', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'letter', o.letter, 'recipient', o.recipient, 'message_id', o.message_id, 'state', o.state, 'answer', o.answer,
        'created_at', o.created_at, 'sent_at', o.sent_at) ORDER BY o.id), '[]') FROM me JOIN outgoing o
        ON o.org_id = me.org_id AND (o.profile_id = me.id OR lower(o.recipient) = ANY (me.addresses))),
    'ratings', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'ticket', t.number, 'rating', f.rating, 'comment', f.comment, 'created_at', f.created_at) ORDER BY f.id), '[]')
        FROM ticket_feedback f JOIN tickets t ON t.org_id = f.org_id AND t.id = f.ticket_id WHERE f.created_by = :person),
    'article_ratings', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'article', a.title, 'helpful', f.helpful, 'comment', f.comment, 'created_at', f.created_at) ORDER BY f.id), '[]')
        FROM article_feedback f JOIN articles a ON a.org_id = f.org_id AND a.id = f.article_id WHERE f.profile_id = :person),
    'talks', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'by_themselves', m.sender_id = :person, 'content', m.content, 'created_at', m.created_at)
        ORDER BY s.id, m.created_at, m.id), '[]')
        FROM chat_sessions s JOIN chat_messages m ON m.org_id = s.org_id AND m.session_id = s.id WHERE s.customer_id = :person),
    'notices', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'type', n.type, 'title', n.title, 'is_read', n.is_read, 'created_at', n.created_at) ORDER BY n.id), '[]')
        FROM notifications n WHERE n.profile_id = :person),
    'known_of_addresses', (SELECT jsonb_build_object(
        'suppressed', (SELECT coalesce(jsonb_agg(jsonb_build_object('address', s.address, 'reason', s.reason,
            'detail', s.detail, 'created_at', s.created_at)), '[]') FROM suppressions s WHERE s.address = ANY (me.addresses)),
        'blocked', (SELECT coalesce(jsonb_agg(jsonb_build_object('address', b.value, 'reason', b.reason,
            'created_at', b.created_at)), '[]')
            FROM blocked_senders b WHERE b.kind = 'address' AND b.value = ANY (me.addresses)),
        'limited', (SELECT coalesce(jsonb_agg(jsonb_build_object('address', l.identifier, 'action', l.action, 'reason', l.reason,
            'attempts', l.attempt_count, 'is_blocked', l.is_blocked, 'since', l.window_start)), '[]')
            FROM rate_limits l WHERE l.identifier_type = 'email' AND l.identifier = ANY (me.addresses)),
        'asked_for_proof', (SELECT coalesce(jsonb_agg(jsonb_build_object('address', e.email, 'ip', e.ip,
            'created_at', e.created_at)), '[]') FROM email_verification_tokens e WHERE e.email = ANY (me.addresses)))
        FROM me))
