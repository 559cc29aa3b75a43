"""What holds for every file: its size, no addresses or paths of one machine, pinned and explained packages."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
SIZED = {".py", ".html", ".js", ".css"}

# Path -> why it is longer than 400 lines and should stay one file.
LONG_FILES: dict[str, str] = {}

LOCKS = ("requirements.lock", "requirements-dev.lock")


def tracked_files():
    """Files in git, and new ones not yet in git: a test before the commit is worth more than one after it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return [path for path in paths if path.is_file() and "/vendor/" not in path.as_posix()]


def relative(path):
    return path.relative_to(ROOT).as_posix()


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def texts():
    for path in tracked_files():
        try:
            yield relative(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_is_long_without_a_reason():
    sizes = {
        relative(path): len(lines(path))
        for path in tracked_files()
        if path.suffix in SIZED and "/migrations/" not in path.as_posix()
    }
    long = {name for name, size in sizes.items() if size > LONGEST}
    assert long == set(LONG_FILES), "split it where a newcomer would expect, or give the reason in LONG_FILES"


def test_no_file_names_a_path_of_one_machine():
    paths = [str(ROOT) + "/", str(Path.home()) + "/"]
    found = [name for name, text in texts() for path in paths if len(path) > 2 and path in text]
    assert found == []


def test_lock_files_hold_names_versions_and_hashes_but_no_addresses():
    found = [name for name, text in texts() if name.endswith((".lock", "lock.json", ".npmrc")) and "://" in text]
    assert found == []


def test_every_package_in_a_lock_is_pinned_by_hash():
    for name in LOCKS:
        packages = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
        unpinned = [text.splitlines()[0] for text in packages if text.strip() and "--hash=sha256:" not in text]
        assert unpinned == []


def pins(name):
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return dict(found)


def test_both_locks_agree_so_that_one_environment_serves_both():
    runtime, development = (pins(name) for name in LOCKS)
    assert {name: development.get(name) for name in runtime} == runtime


def declared(lines_of_toml):
    """(name, rest of the line) of each package line in pyproject.toml."""
    pattern = re.compile(r'    "([A-Za-z][A-Za-z0-9-]*)[^"]*",?(.*)')
    return [match.groups() for match in map(pattern.match, lines_of_toml) if match]


def dependency_lines():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    start = text.index("\ndependencies = [")
    development = text.index("\n[dependency-groups]")
    end = text.index("\n]", development)
    return text[start:development].splitlines(), text[development:end].splitlines()


def test_every_package_in_use_says_what_it_is_for():
    runtime, _development = dependency_lines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = declared(runtime)
    assert len(packages) == len(project["dependencies"])
    assert [name for name, rest in packages if not re.search(r"#\s*\S{3,}", rest)] == []


@pytest.mark.parametrize(("position", "lock"), [*enumerate(LOCKS)])
def test_every_declared_package_is_in_its_lock(position, lock):
    wanted = {name.lower() for name, _rest in declared(dependency_lines()[position])}
    assert wanted - set(pins(lock)) == set()


def test_the_readme_is_short():
    assert len(lines(ROOT / "README.md")) < 200


def test_every_folder_and_file_that_the_readme_links_to_exists():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_architecture_fits_one_page():
    assert len(lines(ROOT / "ARCHITECTURE.md")) <= 100
