"""The whole suite on both engines in one run: one process with SQLite, one with PostgreSQL and Valkey, side by side.

Arguments are given to pytest. Its closing line is printed last, and its exit status is ours.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services import chromium  # noqa: E402  # found through the path above

ENGINES = (
    "popen//env:SAMSYN_TEST_ENGINE=sqlite//env:SAMSYN_TEST_PART=first",
    "popen//env:SAMSYN_TEST_ENGINE=postgresql//env:SAMSYN_TEST_PART=second",
)


def main() -> int:
    try:
        print(f"Chromium: {chromium.install()}", flush=True)
    except chromium.ChromiumMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    both = [part for engine in ENGINES for part in ("--tx", engine)]
    return subprocess.call([sys.executable, "-m", "pytest", "--dist", "each", *both, *sys.argv[1:]], cwd=ROOT)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
