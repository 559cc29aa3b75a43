"""Settings: everything that differs between a trial on a laptop and production comes from the environment.

Without any variable set: SQLite in var/, the in-process channel layer, one process (the small size).
`DATABASE_URL` and `REDIS_URL` give the production size; `deploy.checks` refuses unsafe combinations.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("SAMSYN_VAR", BASE_DIR / "var"))


def env_flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes or on; False for 0, false, no or off; anything else is refused rather than guessed."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


# ── which size, which mode ───────────────────────────────────────────────────────────────────────────────────────────
PRODUCTION = env_flag("SAMSYN_PRODUCTION")
DEBUG = env_flag("SAMSYN_DEBUG")
SAMSYN_DEMO = env_flag("SAMSYN_DEMO", default=not PRODUCTION)
DEFAULT_SECRET_KEY = "samsyn-only-for-trying-out-never-in-production"  # noqa: S105  # deploy.checks refuses it there
SECRET_KEY = os.environ.get("SECRET_KEY", DEFAULT_SECRET_KEY)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")
# How many reverse proxies of ours stand before us: limits count callers, not the proxy, and believe no others.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "1" if PRODUCTION else "0"))

INSTALLED_APPS = [
    "deploy.apps.DeployConfig",
    "frontend",
    "api",
    "deviations",
    "orgs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.mfa",
    "allauth.usersessions",
]

# In production the proxy in front compresses. Here nobody else does, and a page would be three times as heavy; what the
# browser has is not sent again, although compressing makes its mark a weak one.
COMPRESSING = ["django.middleware.http.ConditionalGetMiddleware", "django.middleware.gzip.GZipMiddleware"]
MIDDLEWARE = [
    *([] if PRODUCTION else COMPRESSING),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "orgs.middleware.RightsReadOnce",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frontend.middleware.ChosenLanguage",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "frontend.middleware.ReadableAddress",
    "frontend.middleware.NothingAhead",
    "frontend.leaving.LeavesNothingBehind",
    "django.contrib.messages.middleware.MessageMiddleware",
    "frontend.middleware.UnseenMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"
ASGI_APPLICATION = "deploy.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.shell",
            ],
        },
    },
]

# ── database ─────────────────────────────────────────────────────────────────────────────────────────────────────────
_sqlite_path = VAR_DIR / "samsyn.sqlite3"
DATABASES: dict[str, Any] = {"default": dj_database_url.config(default=f"sqlite:///{_sqlite_path}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # Writers queue on one lock taken at BEGIN instead of failing in the middle; readers never wait (WAL). What was
    # acknowledged survives a power cut (FULL).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA recursive_triggers=ON; "  # what UPDATE OR REPLACE puts itself over is asked for as what is deleted is
        "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }
    if not os.environ.get("DATABASE_URL"):
        VAR_DIR.mkdir(parents=True, exist_ok=True)
elif _database["ENGINE"].endswith("postgresql"):
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "pool": {"min_size": 2, "max_size": 16, "timeout": 30}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── live messages and cache ──────────────────────────────────────────────────────────────────────────────────────────
REDIS_URL = os.environ.get("REDIS_URL", "")
REDIS_PREFIX = os.environ.get("REDIS_PREFIX", "samsyn")
CHANNEL_LAYERS: dict[str, Any] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": REDIS_PREFIX},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}
    )
}
CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": REDIS_PREFIX}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# ── who you are ──────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "orgs.permissions.MembershipBackend",
]
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # MembershipBackend is guardian's backend, dated
ANONYMOUS_USER_NAME = None  # guardian: no anonymous user row exists
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the organisation, never by signing up
ACCOUNT_ADAPTER = "frontend.account.AccountAdapter"
ACCOUNT_MAX_EMAIL_ADDRESSES = 1  # given by the organisation too: roles and invitations go to addresses
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Samsyn"
MFA_FORMS = {"add_webauthn": "frontend.keys.AddKeyForm", "edit_webauthn": "frontend.keys.EditKeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or SAMSYN_DEMO
SOCIALACCOUNT_ONLY = False
# OIDC and SAML providers are rows (SocialApp), added per customer without code.
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# ── transport and content security ───────────────────────────────────────────────────────────────────────────────────
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = env_flag("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ── language, time, files ────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]  # each in its own words; all of it is translated, see deploy.words
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
# Without production, files are served from where they lie and nothing is collected.
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles")) if PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("EMAIL_HOST")
    else ("django.core.mail.backends.console.EmailBackend")
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS")  # STARTTLS, usually on port 587
EMAIL_USE_SSL = env_flag("EMAIL_USE_SSL")  # TLS from the first byte, usually on port 465
EMAIL_TIMEOUT = 20  # seconds for each answer; all of them together stay within deviations.mail.post.LEASE
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Samsyn <samsyn@localhost>")

# ── API ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.OrganisationTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "api.authentication.WithinScope",
    ],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.CallerRateThrottle"],
    "NUM_PROXIES": TRUSTED_PROXIES,
    "DEFAULT_THROTTLE_RATES": {"caller": os.environ.get("API_RATE", "600/min")},
    "EXCEPTION_HANDLER": "api.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Samsyn",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "DESCRIPTION": (
        "Avvikelser i samverkan: anmäl, följ, svara, besluta och hämta.\n\n"
        "* **Inloggning:** `Authorization: Bearer samsyn_…` (en organisationsnyckel, utfärdad av den som ansvarar för "
        "behörigheter där) eller en inloggad persons session med `X-CSRFToken`.\n"
        "* **En gång:** `Idempotency-Key` krävs för att anmäla. Samma nyckel och innehåll igen ger samma avvikelse.\n"
        "* **Steg:** varje steg i handläggningen är en adress med stegets namn. `steps` i en avvikelse säger vilka som "
        "går just nu och varför inte de andra. Skicka `seen` för att inte skriva över någon annans steg.\n"
        "* **Avslag:** alltid `application/problem+json` med en beständig `code`; `errors` pekar ut fälten. Det som "
        "inte får ses svarar 404, precis som det som inte finns.\n"
        "* **Bläddra:** följ `next`. **Följ med:** fråga `changes/` med den senaste `position`."
    ),
    "ENUM_NAME_OVERRIDES": {
        "DeviationKind": "deviations.models.Deviation.Kind",
        "PrincipalKind": "orgs.models.Organisation.Kind",
        "PartyRole": "deviations.models.Party.Role",
        "StatementStatus": "deviations.models.Statement.Status",
        "MeetingStatus": "deviations.models.Meeting.Status",
        "DisputeStatus": "deviations.models.Dispute.Status",
        "EscalationStatus": "deviations.models.Escalation.Status",
        "EscalationKind": "deviations.models.Escalation.Kind",
        "WorkingGroupStatus": "deviations.models.WorkingGroup.Status",
        "PlanStatus": "deviations.models.ActionPlan.Status",
        "ActivityStatus": "deviations.models.Activity.Status",
        "DutyKind": "deviations.models.Duty.Kind",
        "MeasureEffect": "deviations.models.Measure.Effect",
        "RecommendationStatus": "deviations.models.RecommendationStatus.Status",
        "ProcessMeasureKind": "deviations.models.ProcessMeasure.Kind",
        "PatternStatus": "deviations.models.Pattern.Status",
        "LearningCaseStatus": "deviations.models.LearningCase.Status",
        "PublishedStatus": "api.serializers.reports.PUBLISHED",
        "ReportStatus": "deviations.models.LearningReport.Status",
        "SnapshotStatus": "deviations.models.Snapshot.Status",
        "Role": "api.serializers.members.ROLE_CHOICES",
        "TokenScope": "api.models.OrganisationToken.Scope",
    },
}

# ── what is written down ─────────────────────────────────────────────────────────────────────────────────────────────
# To standard error, for journald or the container's log. Django's own default would only e-mail errors in production.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
