-- How many tickets are in each stage and how long tickets stay there: each stay from the revision that entered the stage until
-- the next that left it, or until now (the seeds took the ticket's age for it). As old as `agent_tickets`, and read likewise.
SET LOCAL ROLE postern_registrar;
CREATE MATERIALIZED VIEW workflow_stage_stats AS
WITH entries AS (
    SELECT h.org_id, h.ticket_id, h.workflow_stage_id, h.changed_at, h.id
    FROM ticket_history h
    LEFT JOIN ticket_history p ON p.org_id = h.org_id AND p.ticket_id = h.ticket_id AND p.id = h.previous_history_id
    WHERE p.workflow_stage_id IS DISTINCT FROM h.workflow_stage_id
), stays AS (
    SELECT e.org_id, e.workflow_stage_id, coalesce(
               lead(e.changed_at) OVER (PARTITION BY e.org_id, e.ticket_id ORDER BY e.changed_at, e.id), now()
           ) - e.changed_at AS lasted
    FROM entries e
), spent AS (
    SELECT org_id, workflow_stage_id, count(*) AS stays, avg(lasted) AS mean FROM stays GROUP BY 1, 2
), held AS (
    SELECT org_id, current_stage_id, count(*) AS tickets, count(*) FILTER (WHERE priority IN ('high', 'urgent')) AS urgent
    FROM tickets WHERE deleted_at IS NULL GROUP BY 1, 2
)
SELECT s.org_id, s.id AS stage_id, s.workflow_id, s.name AS stage_name, coalesce(n.tickets, 0) AS ticket_count,
       coalesce(n.urgent, 0) AS high_priority_count, coalesce(m.stays, 0) AS stay_count,
       extract(epoch FROM m.mean)::float8 / 3600 AS avg_hours_in_stage
FROM workflow_stages s
LEFT JOIN held n ON n.org_id = s.org_id AND n.current_stage_id = s.id
LEFT JOIN spent m ON m.org_id = s.org_id AND m.workflow_stage_id = s.id
WITH NO DATA;
CREATE UNIQUE INDEX uq_workflow_stage_stats_stage_id ON workflow_stage_stats (org_id, stage_id);
CREATE INDEX ix_workflow_stage_stats_workflow_id ON workflow_stage_stats (org_id, workflow_id);
GRANT MAINTAIN ON workflow_stage_stats TO postern_app;

CREATE VIEW workflow_stage_stats_seen WITH (security_barrier) AS
SELECT * FROM workflow_stage_stats
WHERE org_id = nullif(current_setting('app.org_id', true), '')::uuid
  AND current_setting('app.role', true) IN ('system', 'admin', 'agent');
GRANT SELECT ON workflow_stage_stats_seen TO postern_app;
SET LOCAL ROLE postern_owner;
