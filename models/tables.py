"""Every table there is, imported once for those who compare the models with a database."""

from models import (
    account,
    article,
    audit,
    blocking,
    category,
    chat,
    comment,
    department,
    event,
    feedback,
    field,
    held,
    hook,
    invite,
    letter_template,
    macro,
    mailbox,
    mailbox_login,
    notification,
    organization,
    outgoing,
    partner,
    profile,
    rate_limit,
    raw_mail,
    request_type,
    sla,
    spam,
    tag,
    team,
    ticket,
    ticket_link,
    ticket_number,
    verification,
    workflow,
)
from models.base import Base

METADATA = Base.metadata
NOUNS = (
    account, article, audit, blocking, category, chat, comment, department, event, feedback, field, held, hook, invite,
    letter_template, macro, mailbox, mailbox_login, notification, organization, outgoing, partner, profile, rate_limit,
    raw_mail, request_type, sla, spam, tag, team, ticket, ticket_link, ticket_number, verification, workflow,
)  # fmt: skip
