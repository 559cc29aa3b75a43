"""The import order of the house: deploy -> api, frontend -> deviations -> orgs (contracts in pyproject.toml)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("deploy", "api", "frontend", "deviations", "orgs")


def lint_imports(folder):
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_the_import_order_holds():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("orgs/roles.py", "import deviations.workflow"),
        ("deviations/workflow.py", "import frontend.urls"),
        ("api/urls.py", "import frontend.urls"),
        ("frontend/urls.py", "import api.urls"),
        ("frontend/urls.py", "import deploy.settings"),
        ("frontend/urls.py", "import pandas"),
        ("deviations/history.py", "import guardian.shortcuts"),
        ("deviations/workflow.py", "import django.db.models"),
    ],
)
def test_an_import_against_the_order_is_found(tmp_path, where, what):
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("static", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / where).open("a") as file:
        file.write(f"\n{what}\n")
    result = lint_imports(tmp_path)
    assert "1 broken" in result.stdout, result.stdout
