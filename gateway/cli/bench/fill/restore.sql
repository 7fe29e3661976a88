-- What `lighten.sql` put aside comes back; foreign keys for what is written from now on.
DO $$
DECLARE
    v record;
BEGIN
    FOR v IN SELECT put_back FROM set_aside ORDER BY place LOOP EXECUTE v.put_back; END LOOP;
    DROP TABLE set_aside;
    FOR v IN SELECT t FROM unnest(ARRAY[
        'raw_mail', 'tickets', 'ticket_numbers', 'ticket_history', 'ticket_comments', 'outgoing', 'message_ids',
        'profiles', 'profile_addresses']::regclass[]) AS t
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', v.t);
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', v.t);
        EXECUTE format('ANALYZE %s', v.t);
    END LOOP;
END $$
