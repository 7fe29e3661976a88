INSERT INTO ticket_history (org_id, id, ticket_id, title, description, priority, workflow_stage_id, category,
                            changed_by, changes, reason)
SELECT :org, id, ticket, title, words, 'normal', :stage, 'open', :system,
       jsonb_build_object('title', jsonb_build_object('from', NULL, 'to', title)), 'a mail came in'
FROM unnest(CAST(:histories AS uuid[]), CAST(:tickets AS uuid[]), CAST(:titles AS text[]), CAST(:texts AS text[]))
     AS a (id, ticket, title, words)
