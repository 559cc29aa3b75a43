"""The import order of the house: deploy -> api, frontend -> deviations -> orgs (contracts in pyproject.toml)."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Rules that are data or pure functions: no database, no request, no person.
PURE = ("deviations/workflow.py", "deviations/routing.py", "deviations/facts.py", "deviations/privacy")
IMPURE = ("django.db", "django.http", "rest_framework", "channels", "deviations.models", "orgs.models")
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
        ("api/urls.py", "import scipy"),
        ("deviations/history.py", "import guardian.shortcuts"),
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


def imported_modules(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def impure_imports(text):
    return sorted(
        {name for name in imported_modules(text) for start in IMPURE if name == start or name.startswith(f"{start}.")}
    )


def test_workflow_routing_and_privacy_guard_know_neither_database_nor_request():
    files = [file for name in PURE for file in ([ROOT / name] if name.endswith(".py") else (ROOT / name).glob("*.py"))]
    found = {file.name: impure_imports(file.read_text(encoding="utf-8")) for file in files}
    assert {name: modules for name, modules in found.items() if modules} == {}


def test_an_impure_import_is_found():
    assert impure_imports("from django.db import models\nimport datetime") == ["django.db", "django.db.models"]
