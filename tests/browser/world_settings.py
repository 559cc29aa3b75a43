"""Settings of the server behind which the permission table's world stands: nothing that is sent to it stays.

The static files are those of production, collected, hashed and compressed, so that a page weighs what it weighs there.
"""

import os
from pathlib import Path

from deploy.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["STATIC_ROOT"])
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False

_chosen = MIDDLEWARE.index("frontend.middleware.ChosenLanguage")  # noqa: F405
MIDDLEWARE = [
    *MIDDLEWARE[:_chosen],  # noqa: F405
    "tests.browser.world_middleware.AskedLanguage",
    *MIDDLEWARE[_chosen:],  # noqa: F405
    "tests.browser.world_middleware.TakenBack",
]
