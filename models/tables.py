"""Every table there is, imported once for those who compare the models with a database."""

from models import comment, mailbox, organization, outgoing, profile, raw_mail, ticket, workflow
from models.base import Base

METADATA = Base.metadata
NOUNS = (comment, mailbox, organization, outgoing, profile, raw_mail, ticket, workflow)
