"""Mail programs that others wrote, as Debian packages them, against a real `postern up`."""
