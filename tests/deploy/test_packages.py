"""What is installed for production is enough to run: nothing leans on a package that only the tests bring."""

import importlib.metadata
import re
import subprocess
import sys

from deploy.services import ROOT

PROGRAM = """
import sys
sys.path[:0] = [{root!r}, {site!r}]
import granian, uvicorn
import deploy.wsgi, deploy.asgi
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
from django.core.management import get_commands, load_command_class
for command, app in get_commands().items():
    if isinstance(app, str) and app.split(".")[0] in {{"orgs", "deviations", "api", "frontend", "deploy"}}:
        load_command_class(app, command)
assert "pytest" not in sys.modules
"""


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def link_packages(lock, folder):
    """A site-packages folder with the packages of this lock only."""
    wanted = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    for distribution in importlib.metadata.distributions():
        if normalised(distribution.metadata["Name"]) in wanted:
            tops = {
                file.parts[0] for file in distribution.files if len(file.parts) > 1 or file.suffix in {".py", ".so"}
            }
            for top in tops - {"..", "__pycache__"}:
                link = folder / top
                if not link.exists():
                    link.symlink_to(distribution.locate_file(top))


def test_the_runtime_lock_is_enough_to_import_everything_and_pass_the_checks(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    link_packages(ROOT / "requirements.lock", site)
    program = PROGRAM.format(root=str(ROOT), site=str(site))
    environment = {"SAMSYN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "deploy.settings", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
