"""How the suite itself behaves: no silent skip, and which tests run on which engine."""

import os
import subprocess
import sys

import pytest

from deploy.services import ROOT

HOOKS = """
from tests.conftest import pytest_collection_modifyitems, pytest_make_collect_report, pytest_runtest_makereport
"""


@pytest.fixture
def run(tmp_path):
    """Run pytest on one made-up test file with the hooks of this suite."""

    def run(text, **environment):
        (tmp_path / "conftest.py").write_text(HOOKS)
        (tmp_path / "test_made_up.py").write_text(f"import pytest\n{text}")
        marks = "engines: on both", "second_part: there", "django_db: as Django's"
        (tmp_path / "pytest.ini").write_text("\n    ".join(("[pytest]\nmarkers =", *marks)))
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(tmp_path)]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip(reason='later')\ndef test_it(): pass",
        "def test_it(): pytest.skip('later')",
        "@pytest.mark.xfail\ndef test_it(): assert False",
        "pytest.skip('later', allow_module_level=True)",
        "pytest.importorskip('no_such_package')",
    ],
)
def test_a_skip_without_a_listed_reason_fails(run, text):
    lines = run(text)
    assert not any("skipped in" in line or "xfailed" in line for line in lines)
    assert "1 failed" in lines[-1] or "1 error" in lines[-1]


def test_both_parts_run_what_touches_an_engine_and_one_of_them_each_other_test(run):
    text = (
        "@pytest.fixture\ndef db(): pass\n"
        "@pytest.fixture\ndef anna(db): pass\n"
        "def test_pure(): pass\n"
        "def test_pure_too(): pass\n"
        "@pytest.mark.second_part\ndef test_pure_there(): pass\n"
        "def test_with_a_fixture_that_needs_the_database(anna): pass\n"
        "@pytest.mark.django_db\ndef test_marked(): pass\n"
        "@pytest.mark.engines\ndef test_with_a_server_of_its_own(): pass\n"
    )
    assert "5 passed, 1 deselected" in run(text, SAMSYN_TEST_PART="first")[-1]
    assert "4 passed, 2 deselected" in run(text, SAMSYN_TEST_PART="second")[-1]


def test_one_process_alone_runs_them_all(run, monkeypatch):
    monkeypatch.delenv("SAMSYN_TEST_PART", raising=False)
    assert "2 passed" in run("def test_pure(): pass\n@pytest.mark.second_part\ndef test_there(): pass\n")[-1]
