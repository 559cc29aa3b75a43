"""Fetch the third-party CSS and fonts of pages and documents, and keep them in the repository with licence and sums.

Run `python deploy/vendor.py` after changing a version below; run it with `--check` to compare what is stored with the
manifest without touching the network. Fetching needs npm. Nothing is fetched while the product is built or runs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "frontend" / "static" / "frontend" / "vendor"
PRINTED = ROOT / "deviations" / "documents" / "vendor"  # what PDF files are set with
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Package:
    """One npm package, pinned by the registry's own hash of the archive; `files` maps archive path to stored path."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]


PACKAGES = (
    Package(
        name="@digdir/designsystemet-css",
        version="1.22.0",
        licence="MIT",
        integrity="sha512-f/+YOK1Gvl7ypdeRh0TDGs28eu8DkOPDAR+T8yLpnys9FxNWX05UNuhXJwYwRuzF9WUgjAhpJ5JKdodTDxWMEA==",
        files={
            "package/dist/theme/designsystemet.css": "designsystemet/theme.css",
            "package/dist/src/index.css": "designsystemet/designsystemet.css",
            "package/LICENSE": "designsystemet/LICENSE.txt",
        },
    ),
    Package(
        name="@fontsource-variable/source-sans-3",
        version="5.3.0",
        licence="OFL-1.1",
        integrity="sha512-dpi0GZk7EQe2tYpg6Q0Fx0OmUgnuGu+0rHPgtXqtKhglYmJuP7jZ12Mu1uN+NfRaJRY1Emn8AQJEWzmoZ4wa9g==",
        files={
            "package/files/source-sans-3-latin-wght-normal.woff2": "source-sans-3/latin-wght-normal.woff2",
            "package/LICENSE": "source-sans-3/OFL.txt",
        },
    ),
)
PRINTED_PACKAGES = (
    Package(
        name="source-sans",
        version="3.52.0",
        licence="OFL-1.1",
        integrity="sha512-xsm7qlMI/JwxwNdp6pvpR6l+aZjn90fzOzoeUz/qoohIYbKbDwQNRIz5/ItYs7/hvqLirQNUoDFGXSVA3TU9tw==",
        files={
            "package/TTF/SourceSans3-Regular.ttf": "source-sans-3/SourceSans3-Regular.ttf",
            "package/TTF/SourceSans3-Semibold.ttf": "source-sans-3/SourceSans3-Semibold.ttf",
            "package/LICENSE.md": "source-sans-3/OFL.md",
        },
    ),
)
FOLDERS = {VENDOR: PACKAGES, PRINTED: PRINTED_PACKAGES}


class Mismatch(Exception):
    """What is stored, or what npm delivered, is not what is pinned."""


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, into: Path) -> None:
    """Download one package with npm and write its chosen files below `into`. Mismatch on another archive hash."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", f"{package.name}@{package.version}", "--json", "--pack-destination", folder],
            check=True,
            capture_output=True,
            text=True,
        )
        answer = json.loads(packed.stdout)[0]
        if answer["integrity"] != package.integrity:
            raise Mismatch(
                f"{package.name} {package.version}: archive hash {answer['integrity']} is not the pinned one"
            )
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            for source, target in package.files.items():
                member = tar.extractfile(source)
                if member is None:
                    raise Mismatch(f"{package.name} {package.version}: {source} is not a file")
                path = into / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(member.read())


def describe(vendor: Path, packages: tuple[Package, ...] = PACKAGES) -> list[dict[str, object]]:
    """The manifest of what is stored now."""
    return [
        {
            "package": package.name,
            "version": package.version,
            "licence": package.licence,
            "integrity": package.integrity,
            "files": {target: checksum(vendor / target) for target in sorted(package.files.values())},
        }
        for package in packages
    ]


def check(vendor: Path = VENDOR, packages: tuple[Package, ...] = PACKAGES) -> None:
    """Raise Mismatch unless the stored files are exactly the manifest's, and the manifest that of `packages`."""
    written = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
    listed = {MANIFEST} | {file for entry in written for file in entry["files"]}
    stored = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    if stored != listed:
        raise Mismatch(f"not in the manifest or missing: {', '.join(sorted(stored ^ listed))}")
    if describe(vendor, packages) != written:
        raise Mismatch("a stored file or a pinned version differs from the manifest; run python deploy/vendor.py")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the manifest, fetch nothing")
    only_check = parser.parse_args().check
    for folder, packages in FOLDERS.items():
        if not only_check:
            for package in packages:
                fetch(package, folder)
            described = json.dumps(describe(folder, packages), indent=2) + "\n"
            (folder / MANIFEST).write_text(described, encoding="utf-8")
        check(folder, packages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
