"""Swedish and English: all of it translated, chosen by each person, and the record Swedish whatever is chosen."""

import re

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation
from django.utils.translation import _trans, trans_real

from deploy import words
from deviations.mail.words import worded
from deviations.models import Mail
from frontend.panels.escalation import ordinal
from tests.cast import PASSWORD
from tests.permissions import world as worlds

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}|</?\w+[^>]*>")
MARKED = re.compile("‹[^‹›]*›")


def texts(message):
    return list(message) if isinstance(message, (tuple, list)) else [message]


@pytest.mark.parametrize("app", words.APPS)
def test_every_sentence_of_the_program_is_translated(app):
    known = words.read(words.catalogue(app))
    said = words.sentences(app)
    there = {(tuple(m.id) if isinstance(m.id, list) else m.id, m.context) for m in known if m.id}
    assert {s for s in said if s not in there} == set(), "run make words, and translate"
    assert there - set(said) == set(), "run make words: these are no longer said"
    assert [m.id for m in known if m.id and not all(texts(m.string))] == []
    assert [m.id for m in known if m.id and m.fuzzy] == []


@pytest.mark.parametrize("app", words.APPS)
def test_a_translation_holds_what_is_filled_in_and_keeps_its_marks(app):
    wrong = []
    for message in words.read(words.catalogue(app)):
        for source, target in zip(texts(message.id), texts(message.string), strict=True):
            if message.id and isinstance(message.id, str):
                if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(target)):
                    wrong.append((source, target))
            elif message.id and not set(PLACEHOLDER.findall(target)) <= set(PLACEHOLDER.findall(message.id[1])):
                wrong.append((source, target))
    assert wrong == []


@pytest.mark.parametrize(("app", "language"), [*((app, "en") for app in words.APPS), ("frontend", "sv")])
def test_what_is_compiled_is_what_is_written(app, language):
    path = words.catalogue(app, language)
    assert path.with_suffix(".mo").read_bytes() == words.compiled(words.read(path, language))


@pytest.mark.django_db
def test_a_person_chooses_and_every_page_and_letter_follows(client, anna):
    client.force_login(anna)
    answer = client.post("/sprak/", {"language": "en", "next": "/mina/"})
    assert (answer.status_code, answer["Location"]) == (302, "/mina/")
    page = client.get("/mina/", headers={"accept-language": "sv"})
    assert '<html lang="en"' in page.content.decode()
    assert "My deviations" in page.content.decode()
    anna.refresh_from_db()
    assert anna.language == "en"
    page = client.get("/mina/", headers={"accept-language": "en"})
    client.post("/sprak/", {"language": "sv"})
    assert '<html lang="sv"' in client.get("/mina/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
def test_the_page_where_one_logs_in_is_in_the_language_last_chosen_on_that_device(client):
    client.post("/sprak/", {"language": "en", "next": "/konto/login/"})
    assert '<html lang="en"' in client.get("/konto/login/").content.decode()
    assert "Log in" in client.get("/konto/login/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_choice_leads_nowhere_else(client, next_page):
    assert client.post("/sprak/", {"language": "en", "next": next_page})["Location"] == "/"


@pytest.mark.django_db
def test_a_language_that_is_not_there_is_refused(client, anna):
    client.force_login(anna)
    assert client.post("/sprak/", {"language": "xx"}).status_code == 400
    anna.refresh_from_db()
    assert anna.language == "sv"


@pytest.fixture
def told_apart(monkeypatch):
    """Every sentence that is translated to English wears marks, so that one sees where it ends up."""
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        real = getattr(trans_real, name)

        def marked(*said, real=real):
            found = real(*said)
            return f"‹{found}›" if found and translation.get_language() == "en" else found

        monkeypatch.setattr(_trans, name, marked)


def stored_texts():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                for value in model._base_manager.values_list(field.name, flat=True).iterator():
                    yield f"{model.__name__}.{field.name}", str(value)


@pytest.mark.django_db
def test_what_english_hands_write_into_the_record_is_swedish(told_apart):
    with translation.override("en"):
        worlds.build()
        assert "‹" in translation.gettext("Spara"), "the marks are worn"
    assert {(where, word) for where, text in stored_texts() for word in MARKED.findall(text)} == set()
    assert Mail.objects.exists()


@pytest.mark.django_db
def test_a_letter_is_in_the_language_of_whom_it_is_to():
    worlds.build()
    mail = Mail.objects.select_related("to", "deviation").first()
    mail.to.language = "en"
    english = worded(mail)
    mail.to.language = "sv"
    assert english != worded(mail)
    assert PASSWORD not in str(english)


def test_a_number_in_order_ends_as_each_language_writes_it():
    numbers = (11, 12, 13, 20, 21, 22, 23, 24, 111, 121)
    said = {}
    for language in ("sv", "en"):
        with translation.override(language):
            said[language] = " ".join(ordinal(number) for number in numbers)
    assert said == {
        "sv": "11:e 12:e 13:e 20:e 21:a 22:a 23:e 24:e 111:e 121:a",
        "en": "11th 12th 13th 20th 21st 22nd 23rd 24th 111th 121st",
    }
