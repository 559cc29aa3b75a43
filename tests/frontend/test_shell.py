"""What every page stands in: no inline code, words of the house, errors that say what to do."""

import gettext
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views.defaults import page_not_found, permission_denied, server_error

from deploy import vendor

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
TEMPLATES = sorted((FRONTEND / "templates").rglob("*.html"))
CATALOGUE = FRONTEND / "locale" / "sv" / "LC_MESSAGES"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(FRONTEND).as_posix())
def test_no_template_holds_code_that_the_content_security_policy_refuses(path):
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|\shx-on|javascript:|\"js:", source) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", source) if "src=" not in tag and "application/json" not in tag
    ] == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", source) == []


def test_the_vendored_files_are_those_of_the_manifest():
    for folder, packages in vendor.FOLDERS.items():
        vendor.check(folder, packages)


def test_a_vendored_file_that_was_changed_is_found(tmp_path):
    for path in vendor.VENDOR.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(vendor.VENDOR)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    vendor.check(tmp_path)
    (tmp_path / "designsystemet" / "theme.css").write_text("body { display: none }", encoding="utf-8")
    with pytest.raises(vendor.Mismatch, match="differs from the manifest"):
        vendor.check(tmp_path)


def test_a_file_beside_the_vendored_ones_is_found(tmp_path):
    (tmp_path / vendor.MANIFEST).write_text("[]", encoding="utf-8")
    (tmp_path / "stray.css").write_text("", encoding="utf-8")
    with pytest.raises(vendor.Mismatch, match=r"stray\.css"):
        vendor.check(tmp_path)


def read_po(path):
    """msgid to msgstr of a catalogue as it is written by hand, plurals by their first form."""
    entries = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        parts = re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', block, flags=re.MULTILINE)
        words = {name: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)) for name, text in parts}
        entries[words["msgid"]] = words.get("msgstr", words.get("msgstr[0]"))
    del entries[""]
    return {key.replace('\\"', '"'): value.replace('\\"', '"') for key, value in entries.items()}


def test_the_compiled_words_are_those_of_the_written_catalogue():
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = read_po(CATALOGUE / "django.po")
    assert {
        key: compiled.ngettext(key, key, 1) if "(unused" in key else compiled.gettext(key) for key in written
    } == written


@pytest.mark.django_db
def test_the_log_in_page_speaks_with_our_words(client):
    page = client.get("/konto/login/").content.decode()
    assert '<html lang="sv" data-color-scheme="auto">' in page
    assert "Kontot får du av din organisation." in page
    assert "Logga in med nyckel" in page
    assert "Epost" not in page


@pytest.mark.django_db
def test_a_wrong_password_is_told_without_saying_which_was_wrong(client):
    page = client.post("/konto/login/", {"login": "anna@exempel.se", "password": "fel"}).content.decode()
    assert "E-postadressen och lösenordet hör inte ihop. Se över båda och försök igen." in page


@pytest.mark.django_db
def test_nobody_signs_up(client):
    page = client.get("/konto/signup/").content.decode()
    assert "Kontot får du av din organisation" in page
    assert re.findall(r'<form class="(?!language)|type="(?:email|password)"', page) == []


@pytest.mark.django_db
def test_the_page_of_components_is_open_and_shows_each_part(client):
    response = client.get("/komponenter/")
    page = response.content.decode()
    assert response.status_code == 200
    for part in (
        "way--h",
        "way--v",
        "way--peek",
        "mini",
        "act--main",
        "act__why",
        "flag--brick",
        "note--ochre",
        "guardlist",
        "risk",
        'class="q"',
        "fig",
        "hist",
        "empty",
        "pager",
        "crumbs",
        "errors",
        "steps",
    ):
        assert part in page, part


def test_nothing_there_and_not_allowed_to_see_look_the_same():
    request = RequestFactory().get("/avvikelser/2026-0031/")
    pages = {
        re.sub(
            r'"X-CSRFToken": "\w+"|"csrfmiddlewaretoken" value="\w+"',
            "",
            page_not_found(request, exception).content.decode(),
        )
        for exception in (Exception("No Deviation matches the given query."), Exception("2026-0031"), Exception())
    }
    assert len(pages) == 1
    assert "Adressen leder inte till något som du kan se." in pages.pop()


@pytest.mark.django_db
def test_who_found_nothing_can_search_from_there(client, bo):
    client.force_login(bo)
    response = client.get("/finns-inte/")
    assert response.status_code == 404
    assert '<form class="errorsearch" role="search" aria-label="Sök efter det du letade efter" action="/sok/">' in (
        response.content.decode()
    )


@pytest.mark.django_db
def test_who_is_not_logged_in_is_shown_the_way_in_instead_of_a_search(client):
    page = client.get("/finns-inte/").content.decode()
    assert "errorsearch" not in page
    assert '<a href="/konto/login/">Logga in</a>' in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "429", "500"])
def test_every_error_says_what_to_do_and_leads_on_without_a_request(name):
    page = render_to_string(f"{name}.html")
    assert page.count("<h1>") == 1
    assert page.count('<p class="formacts"><a class="ds-button" href="/">') == 1
    assert re.search(r"Gå tillbaka|Ladda om|Be den|Vänta", page)
    assert "csrf" not in page


@pytest.mark.django_db
def test_too_many_wrong_passwords_are_answered_with_our_words(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    wrong = {"login": "anna@example.se", "password": "fel"}
    answers = [client.post("/konto/login/", wrong, REMOTE_ADDR="192.0.2.44") for _try in range(3)]
    assert answers[-1].status_code == 429
    assert "Det blev många försök på kort tid" in answers[-1].content.decode()


def test_a_refusal_is_told_with_its_reason():
    request = RequestFactory().get("/")
    page = permission_denied(request, PermissionDenied("Endast ansvarig samverkansgrupp kan avsluta."))
    assert page.status_code == 403
    assert "Endast ansvarig samverkansgrupp kan avsluta." in page.content.decode()


def test_our_own_fault_is_told_without_database_or_request():
    page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "Något gick fel hos oss" in page.content.decode()


def test_a_step_that_came_too_late_says_why_and_leads_back():
    page = render_to_string(
        "409.html", {"reason": "Avvikelsen är redan avslutad.", "url": "/a/", "url_label": "Till avvikelsen"}
    )
    assert "Avvikelsen är redan avslutad." in page
    assert '<a class="ds-button" href="/a/">Till avvikelsen</a>' in page
