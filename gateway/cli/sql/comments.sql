-- All that was said on a ticket, oldest first, each with its files.
SELECT c.id, p.email AS author, p.name AS author_name, c.sender_type, c.message_type AS type, c.is_internal, c.text,
       c.full_text, c.html, c.message_id, c.raw_mail_id AS mail, c.created_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', f.name, 'type', f.content_type, 'size', f.size, 'sha256', encode(f.sha256, 'hex'),
            'is_inline', f.is_inline) ORDER BY f.position, f.id), '[]')
        FROM ticket_attachments f WHERE f.org_id = c.org_id AND f.comment_id = c.id) AS attachments
FROM ticket_comments c
JOIN profiles p ON p.org_id = c.org_id AND p.id = c.author_id
WHERE c.ticket_id = :ticket
ORDER BY c.created_at, c.id
