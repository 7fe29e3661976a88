INSERT INTO tickets (org_id, id, number, workflow_id, current_stage_id, latest_history_id, title, priority, status,
                     created_by, mailbox_id, source)
SELECT :org, id, number, :flow, :stage, history, title, 'normal', 'open', person, :mailbox, 'email'
FROM unnest(CAST(:tickets AS uuid[]), CAST(:numbers AS text[]), CAST(:histories AS uuid[]), CAST(:titles AS text[]),
            CAST(:people AS uuid[])) AS a (id, number, history, title, person)
