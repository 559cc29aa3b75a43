"""System checks that refuse combinations which would lose messages, leak data or let strangers in.

They run with every management command (so also `manage.py serve` and `manage.py check --deploy`), and `refuse_unsafe`
runs them where a server imports the application without any command. Read by whoever runs the servers: in English.
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

TAG = "samsyn"
SHORTEST_SECRET = 50
LOCAL_LAYER = "channels.layers.InMemoryChannelLayer"


def processes() -> int:
    """How many processes serve, as told by SAMSYN_PROCESSES (all of them) or WEB_CONCURRENCY (one server's workers)."""
    numbers = [1]
    for name in ("SAMSYN_PROCESSES", "WEB_CONCURRENCY"):
        value = os.environ.get(name, "").strip()
        if value and not value.isdecimal():
            raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
        numbers.append(int(value or 1))
    return max(numbers)


@register(TAG)
def several_processes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What several processes share must be outside them."""
    number = processes()
    found: list[CheckMessage] = []
    if number == 1:
        return found
    if settings.CHANNEL_LAYERS["default"]["BACKEND"] == LOCAL_LAYER:
        found.append(
            Error(
                f"{number} processes on the in-process channel layer: most live messages would never arrive.",
                hint="Set REDIS_URL, or run one process.",
                id="samsyn.E001",
            )
        )
    if connection.vendor == "sqlite":
        found.append(
            Error(
                f"{number} processes on SQLite: they would wait for each other's single write lock.",
                hint="Set DATABASE_URL to a PostgreSQL, or run one process.",
                id="samsyn.E002",
            )
        )
    return found


def faults_in_production() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("Debug pages in production show data and settings.", hint="Unset SAMSYN_DEBUG.", id="samsyn.E003")
    if settings.SECRET_KEY == settings.DEFAULT_SECRET_KEY or len(settings.SECRET_KEY) < SHORTEST_SECRET:
        yield Error(
            "SECRET_KEY is the published default or too short: anyone could forge a log-in.",
            hint=f"Set SECRET_KEY to at least {SHORTEST_SECRET} random characters.",
            id="samsyn.E004",
        )
    if settings.SAMSYN_DEMO:
        yield Error("The demo's passwords are published.", hint="Unset SAMSYN_DEMO.", id="samsyn.E005")
    cookies = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY")
    for name in (name for name in cookies if not getattr(settings, name)):
        yield Error(f"{name} is off: the log-in could be read on its way or by a script.", id="samsyn.E006")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty or allows every name: links in e-mail could be made to point elsewhere.",
            hint="Set ALLOWED_HOSTS to the address people use.",
            id="samsyn.E007",
        )
    if not settings.SITE_URL.startswith("https://"):
        yield Error("SITE_URL must begin with https://.", hint="Set SITE_URL to the public address.", id="samsyn.E008")
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield Warning("E-mail is printed, not sent.", hint="Set EMAIL_HOST.", id="samsyn.W001")


@register(TAG)
def production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Settings that are kind while trying out and dangerous with real people."""
    return list(faults_in_production()) if settings.PRODUCTION else []


def refuse_unsafe() -> None:
    """Raise ImproperlyConfigured with every error; for the entry points that no management command starts."""
    errors = [message for message in run_checks(tags=[TAG]) if message.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.id}: {error.msg} {error.hint or ''}".strip() for error in errors))
