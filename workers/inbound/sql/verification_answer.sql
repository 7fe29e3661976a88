-- Who answered our question in time: all mails of theirs that waited for it are let in, and the answer is put behind them.
WITH answers AS MATERIALIZED (
    SELECT a.mail, a.email FROM unnest(CAST(:mails AS uuid[]), CAST(:emails AS text[]), CAST(:digests AS bytea[]))
        AS a (mail, email, digest)
    CROSS JOIN LATERAL answer_verification(a.email, a.digest)
), let_in AS (
    UPDATE raw_mail r SET
        stage = 'received', attempts = 0, leased_until = NULL, ring_at = now(), reason = NULL, processed_at = NULL,
        trace = r.trace || jsonb_build_array(jsonb_build_object(
            'step', 'verification', 'verdict', 'received', 'reason', a.email || ' answered our question'))
    FROM answers a
    WHERE r.org_id = :org AND (r.id = a.mail OR (
        r.stage = 'quarantined' AND r.trace @> '[{"step": "verification"}]' AND EXISTS (
            SELECT FROM jsonb_array_elements(r.trace) AS step
            WHERE step ->> 'step' = 'sender' AND lower(step ->> 'verdict') = a.email)))
)
SELECT mail FROM answers
