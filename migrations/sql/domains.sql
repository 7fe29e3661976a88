-- The closed sets (SCHEMA.md rule 8).
CREATE DOMAIN direction AS text CHECK (VALUE IN ('in', 'out'));
CREATE DOMAIN mail_stage AS text CHECK (VALUE IN ('received', 'filed', 'quarantined', 'dropped'));
CREATE DOMAIN mailbox_kind AS text CHECK (VALUE IN ('smtp', 'imap'));
CREATE DOMAIN message_type AS text CHECK (VALUE IN ('reply', 'note', 'status_change', 'assignment_change', 'system'));
CREATE DOMAIN outgoing_state AS text CHECK (VALUE IN ('queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'failed', 'captured', 'unknown'));
CREATE DOMAIN participant_kind AS text CHECK (VALUE IN ('requester', 'cc', 'watcher'));
CREATE DOMAIN presence AS text CHECK (VALUE IN ('online', 'away', 'offline'));
CREATE DOMAIN profile_role AS text CHECK (VALUE IN ('customer', 'agent', 'admin', 'system', 'guest'));
CREATE DOMAIN routing_type AS text CHECK (VALUE IN ('internal', 'organization', 'hybrid'));
CREATE DOMAIN sender_type AS text CHECK (VALUE IN ('agent', 'customer', 'system'));
CREATE DOMAIN stage_category AS text CHECK (VALUE IN ('open', 'in_progress', 'waiting_on_customer', 'resolved', 'closed'));
CREATE DOMAIN ticket_priority AS text CHECK (VALUE IN ('low', 'normal', 'high', 'urgent'));
CREATE DOMAIN ticket_source AS text CHECK (VALUE IN ('email', 'web', 'api', 'chat'));
