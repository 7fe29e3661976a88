SET LOCAL ROLE postern_owner;
-- What each login may touch at all; the policies then say which rows.
GRANT SELECT, INSERT, UPDATE, DELETE ON
    organizations, organization_settings, departments, profiles, profile_addresses, workflows, workflow_stages,
    mailboxes, ticket_comments, ticket_attachments, blobs, ticket_participants, message_ids, outgoing, deliveries
TO postern_app;
GRANT SELECT, UPDATE ON raw_mail TO postern_app;

-- The two doors write these; `postern_app` may only change what no revision records (SCHEMA.md rule 4).
GRANT SELECT ON tickets, ticket_history, ticket_numbers, ticket_counters TO postern_app;
GRANT UPDATE (custom_fields, metadata, source_ip, user_agent, sender_verified, spam_score, is_spam, due_at)
    ON tickets TO postern_app;

-- The process that faces the internet stores mail and can read none of it back (rule 5).
GRANT INSERT (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)
    ON raw_mail TO postern_gateway;

GRANT SELECT ON receiving_addresses, mailboxes, organizations TO postern_registrar;
GRANT INSERT, DELETE ON receiving_addresses TO postern_registrar;
GRANT SELECT, UPDATE ON raw_mail, outgoing TO postern_registrar;
RESET ROLE;
-- The readiness page compares the revision (the table is the administrator's, made by Alembic).
GRANT SELECT ON alembic_version TO postern_app, postern_gateway;
