"""Properties of parsing are judged by what they hold, not by the clock of a busy machine."""

from hypothesis import settings

settings.register_profile("inbound", deadline=None)
settings.load_profile("inbound")
