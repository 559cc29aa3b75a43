"""How the suite itself behaves: no silent skip, and which tests run on the second engine."""

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
        (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    engines: on both\n    django_db: as Django's\n")
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


def test_the_second_engine_runs_what_touches_an_engine_and_nothing_else(run):
    text = (
        "@pytest.fixture\ndef db(): pass\n"
        "@pytest.fixture\ndef anna(db): pass\n"
        "def test_pure(): pass\n"
        "def test_with_a_fixture_that_needs_the_database(anna): pass\n"
        "@pytest.mark.django_db\ndef test_marked(): pass\n"
        "@pytest.mark.engines\ndef test_with_a_server_of_its_own(): pass\n"
    )
    assert "3 passed, 1 deselected" in run(text, SAMSYN_TEST_SECOND_ENGINE="1")[-1]
    assert "4 passed" in run(text, SAMSYN_TEST_SECOND_ENGINE="0")[-1]
