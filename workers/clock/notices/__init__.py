"""Notices by letter, as each person wishes: at once (within a minute or two, folded), once a day, or not at all."""
