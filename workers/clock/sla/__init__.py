"""What was promised to customers: an answer and a solution in so much business time, and who hears when it is late."""
