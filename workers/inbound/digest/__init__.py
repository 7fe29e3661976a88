"""What lies in quarantine, told to agents once a day by letter, and their answers, which release, drop and teach."""
