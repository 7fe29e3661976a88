-- A database as the first release left it: two organizations, and one mail that became a ticket and was answered.
INSERT INTO organizations (id, name, slug, ticket_prefix, is_default, support_email) VALUES
    ('00000000-0000-7000-8000-000000000001', 'Acme', 'acme', 'ACM', true, 'support@acme.test'),
    ('00000000-0000-7000-8000-000000000002', 'Globex', 'globex', 'GLX', false, NULL);
INSERT INTO organization_settings (org_id, provisioned_at, locale, policies) VALUES
    ('00000000-0000-7000-8000-000000000001', '2026-01-01', 'de', '{"sender_proof": "required"}'),
    ('00000000-0000-7000-8000-000000000002', '2026-01-01', 'en', '{}');
INSERT INTO departments (org_id, id, name) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000011', 'Billing');
INSERT INTO profiles (org_id, id, username, name, email, role, department_id, audiences, preferences) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000021', 'system', 'Acme', NULL, 'system', NULL, '{}', '{}'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000022', 'ann', 'Ann Agent', 'ann@acme.test', 'agent', '00000000-0000-7000-8000-000000000011', '{}', '{"sound": false}'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000023', NULL, 'Carl', 'carl@world.test', 'customer', NULL, '{retailer}', '{}'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000024', 'adam', 'Adam Admin', 'adam@acme.test', 'admin', NULL, '{}', '{}'),
    ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000025', 'system', 'Globex', NULL, 'system', NULL, '{}', '{}');
INSERT INTO profile_addresses (org_id, address, profile_id, verified_at) VALUES
    ('00000000-0000-7000-8000-000000000001', 'carl@world.test', '00000000-0000-7000-8000-000000000023', '2026-01-02'),
    ('00000000-0000-7000-8000-000000000001', 'carl@home.test', '00000000-0000-7000-8000-000000000023', NULL);
INSERT INTO workflows (org_id, id, name, is_default) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000031', 'Default', true),
    ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000032', 'Default', true);
INSERT INTO workflow_stages (org_id, id, workflow_id, name, category, is_start, is_end) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000041', '00000000-0000-7000-8000-000000000031', 'New', 'open', true, false),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000042', '00000000-0000-7000-8000-000000000031', 'Closed', 'closed', false, true),
    ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000043', '00000000-0000-7000-8000-000000000032', 'New', 'open', true, false);
UPDATE workflow_stages SET next_stage_id = '00000000-0000-7000-8000-000000000042'
WHERE id = '00000000-0000-7000-8000-000000000041';
INSERT INTO mailboxes (org_id, id, address, name, department_id, signature, settings) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000051', 'support@acme.test', 'Support', '00000000-0000-7000-8000-000000000011', 'Your Acme', '{}');
INSERT INTO receiving_addresses (address, org_id, mailbox_id) VALUES
    ('support@acme.test', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000051');
INSERT INTO ticket_counters (org_id, month, value) VALUES ('00000000-0000-7000-8000-000000000001', '2026-01', 1);
INSERT INTO tickets (org_id, id, number, workflow_id, current_stage_id, latest_history_id, title, priority, status,
                     assigned_to, created_by, department_id, mailbox_id, source, source_ip, sender_verified, spam_score,
                     custom_fields) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000061', 'ACM-2026-01-00001', '00000000-0000-7000-8000-000000000031', '00000000-0000-7000-8000-000000000041',
     '00000000-0000-7000-8000-000000000072', 'The anvil is dented', 'high', 'open', '00000000-0000-7000-8000-000000000022', '00000000-0000-7000-8000-000000000023',
     '00000000-0000-7000-8000-000000000011', '00000000-0000-7000-8000-000000000051', 'email', '192.0.2.7', true, 0.25, '{"order": 7}');
INSERT INTO ticket_history (org_id, id, ticket_id, previous_history_id, title, description, priority, assigned_to,
                            workflow_stage_id, category, changed_by, changes, reason) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000071', '00000000-0000-7000-8000-000000000061', NULL, 'The anvil is dented', 'See picture', 'normal', NULL,
     '00000000-0000-7000-8000-000000000041', 'open', '00000000-0000-7000-8000-000000000021', '{"title": {"from": null, "to": "The anvil is dented"}}', NULL),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000072', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000071', 'The anvil is dented', 'See picture', 'high', '00000000-0000-7000-8000-000000000022',
     '00000000-0000-7000-8000-000000000041', 'open', '00000000-0000-7000-8000-000000000022', '{"priority": {"from": "normal", "to": "high"}}', 'by mail');
INSERT INTO ticket_numbers (org_id, number, ticket_id) VALUES
    ('00000000-0000-7000-8000-000000000001', 'ACM-2026-01-00001', '00000000-0000-7000-8000-000000000061');
INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000023', 'requester');
INSERT INTO raw_mail (org_id, id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol, stage,
                      trace, ticket_id, processed_at) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000081', '00000000-0000-7000-8000-000000000051', '\x01', '\x46726f6d', 4, 'carl@world.test', '{support@acme.test}',
     '192.0.2.7', 'world.test', 'smtp', 'filed', '[["thread", "new"]]', '00000000-0000-7000-8000-000000000061', '2026-01-02');
INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, message_type, is_internal, text, message_id,
                             raw_mail_id) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000091', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000023', 'customer', 'reply', false, 'See picture',
     '<1@world.test>', '00000000-0000-7000-8000-000000000081'),
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000092', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000022', 'agent', 'note', true, 'Again?', NULL, NULL);
INSERT INTO blobs (org_id, sha256, content) VALUES ('00000000-0000-7000-8000-000000000001', '\x0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543', '\x89504e47');
INSERT INTO ticket_attachments (org_id, id, ticket_id, comment_id, name, content_type, size, sha256, uploaded_by) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000091', 'dent.png', 'image/png', 4, '\x0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543',
     '00000000-0000-7000-8000-000000000023');
INSERT INTO message_ids (org_id, message_id, direction, ticket_id, comment_id) VALUES
    ('00000000-0000-7000-8000-000000000001', '<1@world.test>', 'in', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000091');
INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, profile_id, letter, recipient, message_id, state, attempts,
                      sent_at) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1', 42, '00000000-0000-7000-8000-000000000051', '00000000-0000-7000-8000-000000000061', '00000000-0000-7000-8000-000000000023', 'received',
     'carl@world.test', '<2@acme.test>', 'sent', 1, '2026-01-02');
INSERT INTO deliveries (org_id, id, outgoing_id, outcome, answer) VALUES
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c1', '00000000-0000-7000-8000-0000000000b1', 'sent', '250 queued');
SET CONSTRAINTS ALL IMMEDIATE;
