UPDATE raw_mail r SET stage = 'filed', trace = CAST(:trace AS jsonb), ticket_id = a.ticket, comment_id = a.comment,
                      processed_at = now()
FROM unnest(CAST(:mails AS uuid[]), CAST(:tickets AS uuid[]), CAST(:comments AS uuid[])) AS a (id, ticket, comment)
WHERE r.org_id = :org AND r.id = ANY (CAST(:mails AS uuid[])) AND r.id = a.id
