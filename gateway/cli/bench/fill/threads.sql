-- The identifiers of everything in some conversations of an organization. Each has three stored mails: a question, an
-- agent's answer, thanks; and four letters: an acknowledgement, two notifications, the answer. Two are of one customer.
CREATE TEMP TABLE threads ON COMMIT DROP AS
SELECT n, p.person, uuidv7() AS ticket, uuidv7() AS opened, uuidv7() AS answered,
       ARRAY[uuidv7(), uuidv7(), uuidv7()] AS mails, ARRAY[uuidv7(), uuidv7(), uuidv7()] AS comments,
       ARRAY[uuidv7(), uuidv7(), uuidv7(), uuidv7()] AS letters, left(repeat(md5(n::text) || ' has no paper ', 12), 500) AS words
FROM generate_series(0, CAST(:threads AS integer) - 1) AS n
JOIN (SELECT k, uuidv7() AS person FROM generate_series(0, CAST(:threads AS integer) / 2) AS k) AS p ON p.k = n / 2
ORDER BY n
