"""The 34 situations that the audits describe, as data: what was filed, and what must become of it."""

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[1] / "deviations" / "demo" / "cases.yaml"
_DOCUMENT = yaml.safe_load(FILE.read_text(encoding="utf-8"))

CASES: list[dict[str, Any]] = _DOCUMENT["cases"]
BY_ID: dict[str, dict[str, Any]] = {case["id"]: case for case in CASES}
