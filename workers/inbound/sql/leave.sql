-- Who leaves a ticket takes no part in it any more, and what waits for them about it is not sent.
WITH gone AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:left AS jsonb)) AS g (ticket_id uuid, profile_id uuid)
), left_alone AS (
    UPDATE outgoing o SET state = 'withheld', answer = 'they asked to get no more letters about this ticket'
    FROM gone g
    WHERE o.org_id = :org AND o.ticket_id = g.ticket_id AND o.profile_id = g.profile_id
      AND o.letter = 'reply_to_customer' AND o.state IN ('queued', 'deferred')
)
DELETE FROM ticket_participants p USING gone g
WHERE p.org_id = :org AND p.ticket_id = g.ticket_id AND p.profile_id = g.profile_id
