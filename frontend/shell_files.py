"""What the installed app keeps to open without contact: its own files and one page, nothing that anybody wrote."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from deviations.privacy.offline import patterns

WORKER = "frontend/js/offline-worker.js"
STORE = "frontend/js/offline-store.js"
KEPT = (
    "frontend/vendor/designsystemet/theme.css",
    "frontend/vendor/designsystemet/designsystemet.css",
    "frontend/css/tokens.css",
    "frontend/css/base.css",
    "frontend/css/pages.css",
    "frontend/css/narrow.css",
    "frontend/css/reporter.css",
    "frontend/css/offline.css",
    "frontend/vendor/source-sans-3/latin-wght-normal.woff2",
    "frontend/img/logo-mark.svg",
    STORE,
    "frontend/js/offline-list.js",
    "frontend/js/offline-filing.js",
)


def page() -> str:
    """The page one files from without contact. Drawn without the request: it is the same for everyone, logged in or
    not, and holds no token. Who one is, and what one may choose, it reads from the device itself."""
    context = {"guard": json.dumps([asdict(pattern) for pattern in patterns()], ensure_ascii=False)}
    return render_to_string("frontend/offline/page.html", context)


def worker() -> str:
    """The service worker, with what it keeps and the version of that: a browser takes a worker that differs by a
    letter as new, and the new one throws the old one's files away."""
    return _worker(get_language() or "")


@lru_cache(maxsize=8)
def _worker(language: str) -> str:
    kept = hashlib.sha256(language.encode())
    for name in (*KEPT, WORKER):
        kept.update(static(name).encode() + _source(name))
    kept.update(page().encode())
    shell: dict[str, Any] = {
        "version": kept.hexdigest()[:16],
        "files": [static(name) for name in KEPT],
        "store": static(STORE),
        "page": reverse("offline"),
        "filing": reverse("filing"),
        "key": reverse("offline_key"),
        "send": reverse("offline_send"),
    }
    return f"self.SHELL = {json.dumps(shell)};\n{_source(WORKER).decode()}"


def _source(name: str) -> bytes:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()
