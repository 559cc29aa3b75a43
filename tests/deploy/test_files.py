"""What the files for production name exists: programs, options, files, settings. (No container engine is needed.)"""

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PROGRAMS = Path(sys.executable).parent
HOME_IN_PRODUCTION = "/opt/samsyn"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# Read by compose or the reverse proxy and not by Python.
READ_ELSEWHERE = {"SITE_HOST", "POSTGRES_PASSWORD", "WEB_ADDRESS", "LIVE_ADDRESS", "SAMSYN_VERSION"}


def unit(path):
    parser = configparser.ConfigParser(strict=False, interpolation=None, dict_type=dict)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def starts(path):
    return [line.split("=", 1)[1] for line in path.read_text().splitlines() if line.startswith("ExecStart=")]


def commands():
    """Every command that starts something of ours, as a list of words, with where it stands."""
    for name, service in OURS.items():
        words = service["command"]
        if words[0] == "sh":
            for part in words[2].split("&&"):
                yield f"compose {name}", shlex.split(part)
        else:
            yield f"compose {name}", words
    for path in UNITS:
        for line in starts(path):
            yield path.name, shlex.split(line)
    [command] = re.findall(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    yield "Dockerfile", json.loads(command)


def variables_in(text):
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def variables_read_by_the_code():
    text = "".join((DEPLOY / name).read_text(encoding="utf-8") for name in ("settings.py", "checks.py"))
    named = set(re.findall(r"(?:environ\.get|environ|env_flag|env_list|env_number)[(\[]\"([A-Z0-9_]+)\"", text))
    return named | {"DATABASE_URL", "SAMSYN_PROCESSES", "WEB_CONCURRENCY"}


@pytest.mark.parametrize(("where", "words"), [*commands()])
def test_each_command_is_installed_and_knows_its_options(where, words):
    program = PROGRAMS / Path(words[0]).name
    assert os.access(program, os.X_OK), where
    if program.name.startswith("python"):
        assert words[1] == "manage.py"
        known = subprocess.run([program, "manage.py", "help", "--commands"], cwd=ROOT, capture_output=True, text=True)
        assert words[2] in known.stdout.split()
    else:
        known = subprocess.run(
            [program, "--help"], capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"}
        )
        assert [w.split("=")[0] for w in words if w.startswith("--") and w.split("=")[0] not in known.stdout] == []
        module, name = words[-1].split(":")
        assert re.search(rf"^{name} = ", (ROOT / f"{module.replace('.', '/')}.py").read_text(), re.MULTILINE)


def test_both_variants_start_the_same_programs_with_the_same_options():
    def shape(words):
        ignored = ("--host", "--forwarded-allow-ips")
        return [Path(words[0]).name, *(w for w in words[1:] if not w.startswith(ignored))]

    compose = {name: shape(service["command"]) for name, service in OURS.items() if name != "setup"}
    systemd = {
        path.stem.removeprefix("samsyn-"): shape(shlex.split(starts(path)[0]))
        for path in UNITS
        if "setup" not in path.stem
    }
    assert systemd == compose


def test_units_name_each_other_and_live_in_one_place():
    known = {path.name for path in (DEPLOY / "systemd").iterdir()}
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text()
        assert set(re.findall(r"samsyn[a-z-]*\.(?:service|target)", text)) <= known
    for path in UNITS:
        service = unit(path)["Service"]
        assert service["User"] == "samsyn"
        assert service["WorkingDirectory"] == HOME_IN_PRODUCTION
        assert service["ExecStart"].startswith(f"{HOME_IN_PRODUCTION}/.venv/bin/")


def test_compose_waits_for_services_and_volumes_that_exist():
    services = set(COMPOSE["services"])
    for service in COMPOSE["services"].values():
        assert set(service.get("depends_on", [])) <= services
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_each_container_that_others_wait_for_says_when_it_is_healthy():
    for service in COMPOSE["services"].values():
        waits = service.get("depends_on", {})
        for name, how in waits.items() if isinstance(waits, dict) else ():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in COMPOSE["services"][name]


def test_the_number_of_processes_is_the_number_that_compose_starts():
    web = next(int(word.split("=")[1]) for word in OURS["web"]["command"] if word.startswith("--workers"))
    assert int(OURS["web"]["environment"]["SAMSYN_PROCESSES"]) == web + len(["live", "work"])


def test_every_file_that_the_image_copies_exists_and_reaches_the_build():
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    allowed = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = set(re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.MULTILINE))
    assert copied == allowed
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_secrets_and_data_do_not_reach_the_image():
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in lines
    assert lines[-1] == "deploy/.env"


def test_every_setting_of_the_code_is_explained_in_the_example_and_no_other():
    explained = variables_in((DEPLOY / ".env.example").read_text(encoding="utf-8"))
    undocumented_on_purpose = {"WEB_CONCURRENCY"}  # set by platforms, not by people
    assert explained - READ_ELSEWHERE == variables_read_by_the_code() - undocumented_on_purpose


def test_every_variable_of_compose_and_proxy_is_in_the_example_or_given_by_compose():
    explained = variables_in((DEPLOY / ".env.example").read_text(encoding="utf-8"))
    compose = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    proxy = set(re.findall(r"\{\$([A-Z_]+)", (DEPLOY / "Caddyfile").read_text()))
    assert proxy == set(COMPOSE["services"]["proxy"]["environment"])
    assert compose - explained == {"SAMSYN_VERSION"}


def test_compose_gives_our_containers_only_settings_that_the_code_reads():
    for service in OURS.values():
        assert set(service["environment"]) <= variables_read_by_the_code()
