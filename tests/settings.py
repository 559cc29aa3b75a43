"""Settings of the test run: SAMSYN_TEST_ENGINE chooses sqlite (with the in-process layer) or postgresql (with Valkey).

The services belong to this process: they start here, before Django reads its settings, and stop when it ends.
"""

import atexit
import os
import tempfile

from deploy import services

ENGINE = os.environ.get("SAMSYN_TEST_ENGINE", "sqlite")
if ENGINE not in {"sqlite", "postgresql"}:
    raise RuntimeError(f"SAMSYN_TEST_ENGINE must be sqlite or postgresql, not {ENGINE!r}")

# What the person who runs the tests happens to have in the environment must not decide what is tested.
for name in ("DATABASE_URL", "REDIS_URL", "SAMSYN_PRODUCTION", "SAMSYN_DEBUG", "SAMSYN_DEMO", "SECRET_KEY"):
    os.environ.pop(name, None)
if ENGINE == "postgresql":
    running = services.running()
    os.environ.update(running.__enter__())
    atexit.register(running.__exit__, None, None, None)

from deploy.settings import *  # noqa: E402, F403  # after the environment is set

if ENGINE == "sqlite":
    # A file, as in use: in memory there are locks that WAL does not have, and no server could be tested with it.
    folder = tempfile.TemporaryDirectory(prefix="samsyn-test-")
    DATABASES["default"]["TEST"] = {"NAME": f"{folder.name}/test.sqlite3"}  # noqa: F405
    atexit.register(folder.cleanup)

# Argon2 takes a tenth of a second on purpose; the tests log in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
