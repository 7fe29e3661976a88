"""From the bytes of a mail to a ticket."""
