-- Questions that go out with this transaction.
SELECT ask_verification(q.email, decode(q.digest, 'hex'), CAST(q.ip AS inet), q.mail)
FROM jsonb_to_recordset(CAST(:questions AS jsonb)) AS q (email text, digest text, ip text, mail uuid)
