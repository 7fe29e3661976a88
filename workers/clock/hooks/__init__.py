"""What a ticket's stage has done when the ticket enters it: carried out in order, once for each entry."""
