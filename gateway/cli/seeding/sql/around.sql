-- Tags on most tickets, and now and then somebody in copy.
WITH words AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM tags WHERE org_id = :org
), labelled AS (
    INSERT INTO ticket_tags (org_id, ticket_id, tag_id, added_by)
    SELECT :org, p.id, w.ids[1 + (p.n * 7) % cardinality(w.ids)], p.answering FROM planned p, words w WHERE p.n % 5 < 3
), people AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM profiles WHERE org_id = :org AND role = 'customer'
)
INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)
SELECT :org, p.id, c.ids[1 + p.n % cardinality(c.ids)], 'cc' FROM planned p, people c WHERE p.n % 10 = 0
