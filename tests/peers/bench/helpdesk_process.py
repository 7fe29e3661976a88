"""django-helpdesk as one process: files the mails of a folder when it is told to. Run by its own environment's Python.

    python helpdesk_process.py FOLDER NAME=VALUE… (of the database)

As its documentation tells: a queue with a local directory, the command `get_email`, its own mail templates; settings of
production, one kept connection. Letters are made and then dropped, as nothing here receives them; with `mute` none are
made. Reads a line each, `file`, `mute` or `imap PORT USER PASSWORD` (a mailbox here, by TLS); says after each how many
seconds it took and how many tickets there are.
"""

import logging
import sys
from pathlib import Path
from time import perf_counter

APPS = (
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.humanize", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.admin",
    "rest_framework", "helpdesk",
)  # fmt: skip


def configure(folder: Path, database: dict[str, str]) -> None:
    """Settings, schema, mail templates and the queue."""
    import django  # type: ignore[import-not-found]  # noqa: PLC0415  it is in another environment
    from django.conf import settings  # type: ignore[import-not-found]  # noqa: PLC0415  as above
    from django.core.management import call_command  # type: ignore[import-not-found]  # noqa: PLC0415  as above

    engine = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None}
    settings.configure(
        DEBUG=False,
        SECRET_KEY="of a database that is gone afterwards",
        INSTALLED_APPS=APPS,
        DATABASES={"default": {**engine, **database}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        MEDIA_ROOT=str(folder / "media"),
        SITE_ID=1,
        USE_TZ=True,
        HELPDESK_TEAMS_MODE_ENABLED=False,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    )
    django.setup()
    settings.ROOT_URLCONF = _addresses()  # its letters name them
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    _queue(folder)


def _addresses() -> tuple[object, ...]:
    from django.urls import include, path  # type: ignore[import-not-found]  # noqa: PLC0415  as above

    return (path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")),)


def _queue(folder: Path) -> None:
    from helpdesk.models import Queue  # type: ignore[import-not-found]  # noqa: PLC0415  as above

    Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@helpdesk.test",
        new_ticket_cc="agent@helpdesk.test",
        allow_email_submission=True,
        email_box_type="local",
        email_box_local_dir=str(folder / "mails"),
        email_box_interval=0,
    )


def serve() -> None:
    """Do what is asked, until there is no more."""
    from django.core.management import call_command  # noqa: PLC0415  as above
    from helpdesk.models import EmailTemplate, Queue, Ticket  # noqa: PLC0415  as above

    logging.disable(logging.WARNING)  # it tells of each letter that has no template
    templates = list(EmailTemplate.objects.all())
    for word, *mailbox in map(str.split, sys.stdin):
        if mailbox:
            Queue.objects.update(**_imap(*mailbox))
        if word == "mute":
            EmailTemplate.objects.all().delete()
        began = perf_counter()
        call_command("get_email", quiet=True)
        took = perf_counter() - began
        if word == "mute":
            EmailTemplate.objects.bulk_create(templates)
        say(f"{took} {Ticket.objects.count()}")


def _imap(port: str, user: str, password: str) -> dict[str, object]:
    where: dict[str, object] = {"email_box_type": "imap", "email_box_host": "127.0.0.1", "email_box_port": int(port)}
    where |= {"email_box_imap_folder": "INBOX", "email_box_ssl": True}
    return where | {"email_box_user": user, "email_box_pass": password}


def say(line: str) -> None:
    """To who started us."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    configure(Path(sys.argv[1]), dict(word.split("=", 1) for word in sys.argv[2:]))
    say("ready")
    serve()
