"""Every setting, read once from the environment. A wrong or missing one stops the start.

REMS_ENV       production (also when nothing is given), demo or test
SECRET_KEY     production must give it; the demo makes its own under var/
DATABASE_URL   production must give it, for a role that owns nothing (rems_app)
TRAIL_DATABASE_URL  production must give it, for the role that reads the trail (audit_reader)
REDIS_URL      production must give it
ALLOWED_HOSTS  production must give it, separated by commas
SECOND_FACTOR  on or off; production has it on and refuses off, the demo has it off where nothing is said
PASSKEY_HOST   the domain that passkeys belong to; where nothing is said, the host of the request
CHECKPOINTS_OUTSIDE  whether the sealer's checkpoints leave this machine: the operator's word, for the page
SITE_URL       the address that messages name; without one they name none
EMAIL_HOST     the mail server (EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_FROM);
               without one messages go to the console
TEXT_SENDER    the class that sends text messages, as rems.senders.Sender describes it; production has none
               where nothing is said and offers none, the demo writes them on the console
REMS_CLOCK     demo and test only: an offset (+14d) or an instant at which time stands still
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from rems import configuration
from rems.services import credentials, postgres, valkey

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def _required(name: str) -> str:
    """A value that production gives itself."""
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set, and production needs it. For a look around: make demo.")
    return value


try:
    REMS_ENV: configuration.Stage = configuration.read_stage(env.str("REMS_ENV", ""))
    PRODUCTION = REMS_ENV == "production"
    REMS_CLOCK: configuration.Clock = configuration.read_clock(env.str("REMS_CLOCK", ""), stage=REMS_ENV)
    SECOND_FACTOR: bool = configuration.read_second_factor(env.str("SECOND_FACTOR", ""), stage=REMS_ENV)
    DEBUG: bool = env.bool("DEBUG", False)
    STATEMENT_SECONDS: int = env.int("STATEMENT_SECONDS", 15)
    if PRODUCTION and DEBUG:
        raise ImproperlyConfigured("DEBUG is set, but this is production: it would show secrets and patients' data.")
    if PRODUCTION:
        SECRET_KEY = _required("SECRET_KEY")
        DATABASE_URL = _required("DATABASE_URL")
        TRAIL_DATABASE_URL = _required("TRAIL_DATABASE_URL")
        REDIS_URL = _required("REDIS_URL")
        ALLOWED_HOSTS = [host.strip() for host in _required("ALLOWED_HOSTS").split(",")]
        if "*" in ALLOWED_HOSTS:
            raise ImproperlyConfigured("ALLOWED_HOSTS is *, but production names its hosts.")
        if len(SECRET_KEY) < 40:
            raise ImproperlyConfigured("SECRET_KEY is shorter than 40 characters.")
    elif REMS_ENV == "demo":
        SECRET_KEY = env.str("SECRET_KEY", "") or credentials.secret("secret_key")
        DATABASE_URL = env.str("DATABASE_URL", "") or postgres.DEMO.url(role="rems_app", database="rems")
        _reader = postgres.DEMO.url(role="audit_reader", database="rems")
        TRAIL_DATABASE_URL = env.str("TRAIL_DATABASE_URL", "") or _reader
        REDIS_URL = env.str("REDIS_URL", "") or valkey.DEMO.url()
        ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    else:
        SECRET_KEY = "only-for-tests-" + "0" * 40
        DATABASE_URL = env.str("DATABASE_URL", "") or postgres.TEST.url(role="rems_app", database="rems")
        _reader = postgres.TEST.url(role="audit_reader", database="rems")
        TRAIL_DATABASE_URL = env.str("TRAIL_DATABASE_URL", "") or _reader
        REDIS_URL = env.str("REDIS_URL", "memory://")
        ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
    DATABASES: dict[str, dict[str, Any]] = {
        "default": configuration.read_database(DATABASE_URL, statement_seconds=STATEMENT_SECONDS),
        "trail": configuration.read_database(TRAIL_DATABASE_URL, statement_seconds=STATEMENT_SECONDS),
    }
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
    PASSKEY_HOST: str = env.str("PASSKEY_HOST", "")
    SITE_URL: str = env.str("SITE_URL", "")
    EMAIL_HOST: str = env.str("EMAIL_HOST", "")
    EMAIL_PORT: int = env.int("EMAIL_PORT", 587)
    EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", bool(EMAIL_HOST))
    TEXT_SENDER: str = env.str("TEXT_SENDER", "" if PRODUCTION else "rems.senders.TextOnConsole")
    HORIZON_SECONDS: int = env.int("HORIZON_SECONDS", 30)
    BEHIND_TLS_PROXY: bool = env.bool("BEHIND_TLS_PROXY", PRODUCTION)
    CHECKPOINTS_OUTSIDE: bool = env.bool("CHECKPOINTS_OUTSIDE", False)
except (EnvError, configuration.WrongSetting) as error:
    raise ImproperlyConfigured(str(error)) from None

for _described in DATABASES.values():
    _described |= {
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if REMS_ENV == "test" else 60,
        "CONN_HEALTH_CHECKS": True,
    }
# A test that is rolled back sees its own entries only through its own connection.
TRAIL_DATABASE = "default" if REMS_ENV == "test" else "trail"
DATABASE_ROUTERS = ["audit.reading.ThroughReader"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "audit",
    "accounts",
    "prescribers",
    "pharmacies",
    "patients",
    "rems",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "rems.headers.ContentSecurityPolicy",
    "rems.failures.NothingKept",
    "audit.middleware.RequestContext",
    "rems.requests.Readable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.LivingSessions",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "rems.failures.Failures",
]

ROOT_URLCONF = "rems.urls"
WSGI_APPLICATION = "rems.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rems.alerts.openings",
                "rems.alerts.notices",
                "rems.alerts.downtime",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# People and their sessions
AUTH_USER_MODEL = "accounts.Person"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if REMS_ENV == "test":
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotGuessable"},
]
# allauth: second factors and the steps of signing in. Nobody signs up, and it sends no e-mail. Its own
# limits count in a cache, which each process has for itself: accounts/throttle.py counts in the database.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "REMS gate"
MFA_TOTP_TOLERANCE = 1  # a code of 30 s ago or ahead: clocks of telephones differ
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
# A __Host- cookie is this host's alone, and only over TLS. The demo and the tests speak plain HTTP, over which
# browsers and curl drop such cookies: there they have plain names.
_HOST = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_HOST}sessionid", f"{_HOST}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A message may name a patient: it waits for the next page in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "rems.views.errors.show_csrf"

# What a browser is told
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # to be in browsers' preload lists is the site's own decision
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Language, time, files
LANGUAGE_CODE = "en-us"
# The patients' own pages are in these; everything else is in English.
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/New_York"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if REMS_ENV == "test" or DEBUG else _HASHED},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = REMS_ENV == "test" or DEBUG

# Messages. What is sent is neutral; who gets it, and whether it was taken, stands in the database.
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
)
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", "") or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "notices@localhost")
MESSAGE_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2]
MESSAGE_SENDERS = {"email": "rems.senders.ByEmail"}
if TEXT_SENDER:
    MESSAGE_SENDERS["text"] = TEXT_SENDER

# Jobs. Nothing that must survive is in Redis: a job looks the database up again.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A job that a lost worker held is handed out again after this time: longer than any job may run.
VISIBILITY_SECONDS = 300
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {}
    if REDIS_URL == "memory://"
    else {"socket_connect_timeout": 2, "socket_timeout": 2, "visibility_timeout": VISIBILITY_SECONDS}
)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
# Each entry: {"task": "rems.tasks.name", "schedule": seconds, "options": {"expires": seconds}}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "look-at-due": {
        "task": "rems.tasks.look_at_due",
        "schedule": HORIZON_SECONDS,
        "options": {"expires": HORIZON_SECONDS},
    },
    "send-messages": {
        "task": "rems.tasks.send_messages",
        "schedule": HORIZON_SECONDS,
        "options": {"expires": HORIZON_SECONDS},
    },
    "compare-horizons": {"task": "rems.tasks.compare_horizons", "schedule": 60, "options": {"expires": 60}},
    "forget-drafts": {"task": "rems.tasks.forget_drafts", "schedule": 3_600, "options": {"expires": 3_600}},
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")},
}
