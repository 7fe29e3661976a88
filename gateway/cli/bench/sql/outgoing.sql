INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                      recipient_name, sender_name, message_id, context)
SELECT :org, id, handle, :mailbox, ticket, comment, person, letter, recipient, name, '', message_id, context
FROM unnest(CAST(:letters AS uuid[]), CAST(:handles AS bigint[]), CAST(:letter_tickets AS uuid[]),
            CAST(:letter_comments AS uuid[]), CAST(:readers AS uuid[]), CAST(:kinds AS text[]),
            CAST(:recipients AS text[]), CAST(:recipient_names AS text[]), CAST(:letter_message_ids AS text[]),
            CAST(:contexts AS jsonb[]))
     AS a (id, handle, ticket, comment, person, letter, recipient, name, message_id, context)
