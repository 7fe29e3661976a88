-- Put and taken by staff that sees the ticket.
GRANT SELECT, INSERT, DELETE ON ticket_tags TO postern_app;
CREATE POLICY staff ON ticket_tags
    USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) IN ('system', 'admin') OR current_setting('app.role', true) = 'agent' AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_tags.org_id AND t.id = ticket_tags.ticket_id)))
    WITH CHECK (org_id = nullif(current_setting('app.org_id', true), '')::uuid AND (current_setting('app.role', true) IN ('system', 'admin') OR current_setting('app.role', true) = 'agent' AND EXISTS (SELECT FROM tickets t WHERE t.org_id = ticket_tags.org_id AND t.id = ticket_tags.ticket_id)));
