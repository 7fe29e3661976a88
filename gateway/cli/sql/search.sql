-- Tickets of the organization in the context in which the words stand, those that fit best first.
SELECT t.number, t.title AS subject, t.status, r.email AS requester, t.last_activity_at, f.rank,
       search_excerpt(t.id, :words) AS excerpt
FROM (
    SELECT t.*, s.rank FROM search_tickets(:words) s
    JOIN tickets t ON t.org_id = nullif(current_setting('app.org_id', true), '')::uuid AND t.id = s.ticket_id
    WHERE t.deleted_at IS NULL
    ORDER BY s.rank DESC, t.last_activity_at DESC
    LIMIT :most
) f
JOIN tickets t ON t.org_id = f.org_id AND t.id = f.id
JOIN profiles r ON r.org_id = t.org_id AND r.id = t.created_by
ORDER BY f.rank DESC, t.last_activity_at DESC
