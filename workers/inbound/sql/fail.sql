-- A failed attempt: the lease now keeps hands off until it is time to try again.
UPDATE raw_mail SET
    stage = CASE WHEN attempts >= :attempts THEN 'quarantined' ELSE stage END,
    processed_at = CASE WHEN attempts >= :attempts THEN now() END,
    reason = :reason, leased_until = now() + attempts * interval '5 seconds',
    ring_at = now() + attempts * interval '5 seconds'
WHERE org_id = :org AND id = :id AND stage = 'received'
