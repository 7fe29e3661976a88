-- An attempt that no mail of it is to blame for is not counted; all of them are tried again in a moment.
UPDATE raw_mail m SET
    attempts = m.attempts - 1, leased_until = now() + interval '5 seconds', ring_at = now() + interval '5 seconds'
FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS integer[])) AS ours (id, attempt)
WHERE m.org_id = :org AND m.id = ours.id AND m.attempts = ours.attempt AND m.stage = 'received'
