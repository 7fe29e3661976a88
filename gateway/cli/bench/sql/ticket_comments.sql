INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, message_type, is_internal, text, html,
                             message_id, raw_mail_id)
SELECT :org, id, ticket, person, 'customer', 'reply', false, words, html, message_id, mail
FROM unnest(CAST(:comments AS uuid[]), CAST(:tickets AS uuid[]), CAST(:people AS uuid[]), CAST(:texts AS text[]),
            CAST(:pages AS text[]), CAST(:message_ids AS text[]), CAST(:mails AS uuid[]))
     AS a (id, ticket, person, words, html, message_id, mail)
