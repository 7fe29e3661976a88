"""Queues are named where they are used; a new name makes a new queue."""

from uuid import UUID

from sqlalchemy import Connection, text

from gateway.cli.printing import line
from gateway.cli.problems import Problem


def department(connection: Connection, org: UUID, name: str | None) -> tuple[UUID | None, bool]:
    """The department of that name and whether it was made just now.

    Args:
        connection: in the context of `org`, as admin.
        org: the organization.
        name: any case; None is no department.

    Raises:
        Problem: the name is empty.
    """
    if name is None:
        return None, False
    name = line(name)
    if not name:
        raise Problem("a department needs a name; leave --department out for none")
    made = connection.scalar(
        text("INSERT INTO departments (org_id, name) VALUES (:org, :name) ON CONFLICT DO NOTHING RETURNING id"),
        {"org": org, "name": name},
    )
    if made:
        return made, True
    query = text("SELECT id FROM departments WHERE lower(name) = lower(:name)")
    return connection.execute(query, {"name": name}).scalar_one(), False
