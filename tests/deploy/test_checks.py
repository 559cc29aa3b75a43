"""Each unsafe combination is refused, and the safe one beside it is not."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from deploy import checks

SECRET = "x" * checks.SHORTEST_SECRET
REDIS_LAYER = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
LOCAL_LAYER = {"default": {"BACKEND": checks.LOCAL_LAYER}}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("SAMSYN_PROCESSES", "WEB_CONCURRENCY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = SECRET
    settings.SAMSYN_DEMO = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SESSION_COOKIE_HTTPONLY = True
    settings.ALLOWED_HOSTS = ["samsyn.example.se"]
    settings.SITE_URL = "https://samsyn.example.se"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("processes", "layer", "database", "expected"),
    [
        (1, LOCAL_LAYER, "sqlite", []),
        (2, LOCAL_LAYER, "postgresql", ["samsyn.E001"]),
        (2, REDIS_LAYER, "sqlite", ["samsyn.E002"]),
        (2, LOCAL_LAYER, "sqlite", ["samsyn.E001", "samsyn.E002"]),
        (2, REDIS_LAYER, "postgresql", []),
    ],
)
@pytest.mark.parametrize("variable", ["SAMSYN_PROCESSES", "WEB_CONCURRENCY"])
def test_several_processes_need_redis_and_postgresql(
    monkeypatch, settings, variable, processes, layer, database, expected
):
    monkeypatch.setenv(variable, str(processes))
    settings.CHANNEL_LAYERS = layer
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor=database))
    assert ids(checks.several_processes(None)) == expected


def test_a_number_of_processes_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "many")
    with pytest.raises(ImproperlyConfigured, match="WEB_CONCURRENCY must be a whole number, not 'many'"):
        checks.processes()


def test_a_well_kept_production_passes(production):
    assert checks.production(None) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "samsyn.E003"),
        ("SECRET_KEY", "samsyn-only-for-trying-out-never-in-production", "samsyn.E004"),
        ("SECRET_KEY", "x" * (checks.SHORTEST_SECRET - 1), "samsyn.E004"),
        ("SAMSYN_DEMO", True, "samsyn.E005"),
        ("SESSION_COOKIE_SECURE", False, "samsyn.E006"),
        ("CSRF_COOKIE_SECURE", False, "samsyn.E006"),
        ("SESSION_COOKIE_HTTPONLY", False, "samsyn.E006"),
        ("ALLOWED_HOSTS", [], "samsyn.E007"),
        ("ALLOWED_HOSTS", ["samsyn.example.se", "*"], "samsyn.E007"),
        ("SITE_URL", "http://samsyn.example.se", "samsyn.E008"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "samsyn.W001"),
    ],
)
def test_each_unsafe_setting_is_refused_in_production_and_tolerated_in_a_trial(production, name, value, expected):
    setattr(production, name, value)
    assert ids(checks.production(None)) == [expected]
    production.PRODUCTION = False
    assert checks.production(None) == []


def test_a_server_refuses_to_start_with_every_reason(production):
    production.DEBUG = True
    production.SITE_URL = "http://samsyn.example.se"
    with pytest.raises(ImproperlyConfigured) as refused:
        checks.refuse_unsafe()
    assert str(refused.value) == (
        "samsyn.E003: Debug pages in production show data and settings. Unset SAMSYN_DEBUG.\n"
        "samsyn.E008: SITE_URL must begin with https://. Set SITE_URL to the public address."
    )


def test_a_server_starts_when_only_warned(production):
    production.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    checks.refuse_unsafe()
