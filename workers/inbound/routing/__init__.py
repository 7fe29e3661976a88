"""Where a new ticket goes: its type, queue, priority, tags and agent, by what the mail says."""
