-- Mails whose first attempt ends without a result: with 0 attempts they wait among the new ones, else among the tried.
UPDATE raw_mail SET leased_until = NULL, attempts = :attempts
WHERE org_id = :org AND id = ANY (:ids) AND (stage = 'received') IS TRUE AND attempts = 1
