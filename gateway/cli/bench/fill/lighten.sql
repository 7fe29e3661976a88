-- Keys and indexes of the tables that are filled: written down, and dropped until the rows are there.
DO $$
DECLARE
    v record;
BEGIN
    CREATE TABLE set_aside AS
    SELECT 1 AS place, format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', c.conrelid::regclass, c.conname,
                              pg_get_constraintdef(c.oid)) AS put_back,
           format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop_it
    FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = ANY (ARRAY[
        'raw_mail', 'tickets', 'ticket_numbers', 'ticket_history', 'ticket_comments', 'outgoing', 'message_ids',
        'profiles', 'profile_addresses']::regclass[])
    UNION ALL
    SELECT 0, pg_get_indexdef(i.indexrelid), format('DROP INDEX %s', i.indexrelid::regclass)
    FROM pg_index i WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
      AND i.indrelid = ANY (ARRAY[
        'raw_mail', 'tickets', 'ticket_numbers', 'ticket_history', 'ticket_comments', 'outgoing', 'message_ids',
        'profiles', 'profile_addresses']::regclass[]);
    FOR v IN SELECT drop_it FROM set_aside ORDER BY place DESC LOOP EXECUTE v.drop_it; END LOOP;
    FOR v IN SELECT t FROM unnest(ARRAY[
        'raw_mail', 'tickets', 'ticket_numbers', 'ticket_history', 'ticket_comments', 'outgoing', 'message_ids',
        'profiles', 'profile_addresses']::regclass[]) AS t
    LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', v.t); END LOOP;
END $$
