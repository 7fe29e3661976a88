-- signature: Olga writes on her own ticket, where Carla takes part
INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :hers, :me, 'cc') ON CONFLICT DO NOTHING;
UPDATE ticket_comments SET full_text = text || :said WHERE ticket_id = :hers AND author_id <> :me;
-- said to another
INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, full_text, message_id)
VALUES (:org, :hers, :me, 'customer', E'I think so\n' || :said || ' indeed', 'x', 'x');
INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, full_text)
SELECT t.org_id, t.id, t.created_by, 'customer', E'You wrote:\n> ' || :said || E' indeed\nNo, ' || p.name || '.', :said
FROM tickets t, profiles p WHERE t.id = :hers AND p.id = :me;
-- metadata
UPDATE tickets SET metadata = jsonb_build_object('x', CAST(:said AS text)), user_agent = :said WHERE created_by = :me;
-- talk
INSERT INTO chat_sessions (org_id, id, customer_id) VALUES (:org, :me, :me);
INSERT INTO chat_messages (org_id, session_id, sender_id, content) VALUES (:org, :me, :me, :said);
-- bounce
INSERT INTO suppressions (org_id, address, reason, detail) VALUES (:org, :address, 'bounced', :said);
-- block
INSERT INTO blocked_senders (org_id, kind, value, reason) VALUES (:org, 'address', :address, :said);
-- limit
INSERT INTO rate_limits (org_id, identifier_type, identifier, action, reason)
VALUES (:org, 'email', :address, 'ticket_create', :said)
ON CONFLICT (org_id, identifier_type, identifier, action) DO UPDATE SET reason = excluded.reason;
-- held
INSERT INTO held_comments (org_id, ticket_id, author_id, text, reason, token_digest, expires_at)
SELECT :org, t.id, :agent, :said, 'x', sha256('y'), now() FROM tickets t WHERE t.created_by = :me LIMIT 1;
-- command
INSERT INTO command_log (org_id, ticket_id, profile_id, command, outcome, detail)
SELECT :org, t.id, :agent, 'x', 'done', :said FROM tickets t WHERE t.created_by = :me LIMIT 1;
-- notice
INSERT INTO notifications (org_id, profile_id, type, title) VALUES (:org, :me, 'mention', :said);
-- opinion
INSERT INTO articles (org_id, id, title, content, author_id, status, published_at)
VALUES (:org, :me, 'x', 'x', :agent, 'published', now());
INSERT INTO article_feedback (org_id, article_id, profile_id, helpful, comment) VALUES (:org, :me, :me, true, :said);
-- preference
UPDATE profiles SET preferences = jsonb_build_object('x', CAST(:said AS text)) WHERE id = :me;
-- token
INSERT INTO spam_tokens (org_id, token) VALUES (:org, :address || :said);
INSERT INTO email_verification_tokens (org_id, email, token_digest) VALUES (:org, :address, sha256('x'));
INSERT INTO org_invites (org_id, email, role, digest, expires_at, created_by)
VALUES (:org, :address, 'agent', sha256('z'), now() + interval '1 day', :agent);
-- rating
INSERT INTO ticket_feedback (org_id, ticket_id, created_by, rating, comment)
SELECT org_id, id, created_by, 5, :said FROM tickets WHERE created_by = :me AND status = 'resolved';
-- quarantine
UPDATE raw_mail SET stage = 'quarantined', reason = :said WHERE stage = 'received';
-- receiver
INSERT INTO webhooks (org_id, id, name, url) VALUES (:org, :me, 'x', 'https://x.test');
INSERT INTO webhook_calls (org_id, id, webhook_id, event, ticket_id, history_id, answer)
SELECT t.org_id, t.id, :me, 'ticket.created', t.id, t.latest_history_id, :said FROM tickets t WHERE t.created_by = :me;
INSERT INTO deliveries (org_id, call_id, outcome, answer) SELECT c.org_id, c.id, 'deferred', :said FROM webhook_calls c;
-- relay
UPDATE deliveries SET answer = :said WHERE outgoing_id IN (SELECT id FROM outgoing WHERE profile_id = :me);
