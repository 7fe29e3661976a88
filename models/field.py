"""Fields that an organization adds to its tickets and customers.

A ticket that is opened by a form (`web`, `api`) starts with their defaults and has to be complete. One that came by
mail starts with what the mail answers; what its type requires besides is asked for.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class FieldEntity(StrEnum):
    """Whose `custom_fields` hold the value: the ticket's (S3) or the person's (S4 `customer_fields`)."""

    TICKET = "ticket"
    CUSTOMER = "customer"


class FieldType(StrEnum):
    """What a value may be; S3's dropdown_static is `select` and its checkbox is `boolean`.

    DROPDOWN_DYNAMIC_EVENT is the identifier of an active event, FILE that of an attachment.
    """

    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    SELECT = "select"
    MULTISELECT = "multiselect"
    DROPDOWN_DYNAMIC_EVENT = "dropdown_dynamic_event"
    FILE = "file"


class FieldDefinition(Base):
    """A custom field (S3, S4); its values live under `key` in `custom_fields`.

    `options` are `[{"value": …, "label": …}]`, `validation_rules` as S3 has them (min_length, max_length, pattern, …),
    `default_value` is what would stand in `custom_fields`. What cannot be read is refused (`check_definition`).
    """

    __tablename__ = "field_definitions"
    __table_args__ = (
        UniqueConstraint("org_id", "entity", "key"),
        CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,62}$'", name="key"),
        CheckConstraint("jsonb_typeof(options) = 'array'", name="options"),
        CheckConstraint("type NOT IN ('select', 'multiselect') OR options <> '[]'", name="something_to_select"),
        CheckConstraint("jsonb_typeof(validation_rules) = 'object'", name="validation_rules"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    entity: Mapped[str] = mapped_column(domain("field_entity", *FieldEntity), server_default=text("'ticket'"))
    key: Mapped[str]
    label: Mapped[str]
    description: Mapped[str | None]
    type: Mapped[str] = mapped_column(domain("field_type", *FieldType))
    is_required: Mapped[bool] = mapped_column(server_default=text("false"))
    default_value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    placeholder: Mapped[str | None]
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    validation_rules: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    sort_order: Mapped[int] = mapped_column(server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class FieldVisibilityRule(Base):
    """Where a field is shown (S3): everywhere while it has no rule, else where all that one of its rules says holds.

    No request type means all, no `user_roles` all audiences. A rule goes with its request type: it would show the
    field for every type, were it kept.
    """

    __tablename__ = "field_visibility_rules"
    __table_args__ = (
        belongs_to("field_definitions", "field_definition_id", "CASCADE"),
        belongs_to("request_types", "request_type_id", "CASCADE"),
        CheckConstraint("jsonb_typeof(additional_conditions) = 'object'", name="additional_conditions"),
        Index("ix_field_visibility_rules_field_definition_id", "org_id", "field_definition_id"),
        Index("ix_field_visibility_rules_request_type_id", "org_id", "request_type_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    field_definition_id: Mapped[UUID]
    request_type_id: Mapped[UUID | None]
    user_roles: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    show_to_customers: Mapped[bool] = mapped_column(server_default=text("true"))
    show_to_agents: Mapped[bool] = mapped_column(server_default=text("true"))
    additional_conditions: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
