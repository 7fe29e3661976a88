"""What happens after 250: the fleet that understands, files, sends and tends."""
