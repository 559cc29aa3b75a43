"""The services that the tests run on are real, are their own, and are gone afterwards."""

import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis

from deploy import services
from tests.services import chromium


def socket_folder(url):
    return Path(unquote(urlsplit(url).hostname))


def test_postgresql_and_valkey_answer_and_are_gone_afterwards():
    with services.running() as urls:
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT lower('ÅÄÖ')").fetchone() == ("åäö",)
        assert redis.from_url(urls["REDIS_URL"]).ping() is True
        folder = socket_folder(urls["DATABASE_URL"]).parent
        assert folder.is_dir()
    assert not folder.exists()


def test_services_stop_when_their_user_is_killed():
    program = (
        "import os, signal\nfrom deploy import services\n"
        "with services.running() as urls:\n"
        "    print(urls['DATABASE_URL'], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=services.ROOT, capture_output=True, text=True)
    assert done.returncode == -9
    folder = socket_folder(done.stdout.strip()).parent
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


def test_chromium_starts():
    version = subprocess.run([chromium.require(), "--version"], capture_output=True, text=True, check=True).stdout
    assert "Chrom" in version


def test_a_missing_chromium_says_which_command_to_run(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "CACHE", tmp_path)
    with pytest.raises(chromium.ChromiumMissing, match="sudo apt-get install chromium"):
        chromium.install()
