"""A published report as a file: for those who may read it, with a name that tells nothing else, kept by no browser."""

import io
import json

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from deviations.reports.files import FORMATS
from tests.cast import body
from tests.reports.shelf import copy, put
from tests.reports_content import content

BEGINS = {"pdf": b"%PDF-", "word": b"PK\x03\x04", "excel": b"PK\x03\x04", "csv": b"PK\x03\x04", "json": b"{"}
NAME = "samsyn-vad-blekinge-larde-2022-ledningssamverkan-vard-och-omsorg-s-2022-bl-07"
NOBODY = "0e0e0e0e-0000-4000-8000-00000000beef"


@pytest.fixture
def published(cast):
    return put(body("blekinge", "lsvo"), content=content(), year=2022)


def get(client, user, public_id, key):
    client.force_login(user)
    return client.get(reverse("report_file", args=[public_id, key]))


@pytest.mark.parametrize("key", FORMATS)
def test_whoever_reads_the_report_fetches_it(client, cast, published, key):
    answer = get(client, cast.lena, published.public_id, key)
    assert answer.status_code == 200
    assert answer.content.startswith(BEGINS[key])
    assert answer["Content-Type"] == FORMATS[key].content_type
    assert answer["Content-Disposition"] == f'attachment; filename="{NAME}{FORMATS[key].suffix}"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize("who", ["anna", "cecilia", "disa", "ada"])
def test_to_others_it_is_as_if_it_did_not_exist(client, cast, published, who):
    """Word for word, in every format and for a format that is none."""
    asked = [(published.public_id, key) for key in [*FORMATS, "exe"]]
    answers = {(a.status_code, a.content) for a in (get(client, getattr(cast, who), *one) for one in asked)}
    nothing = get(client, getattr(cast, who), NOBODY, "pdf")
    assert {status for status, _page in answers} == {404} == {nothing.status_code}
    assert all(b"Vad Blekinge" not in page for _status, page in answers)


@pytest.mark.parametrize("status", ["draft", "discarded"])
def test_what_is_not_published_has_no_files_even_for_its_readers(client, cast, status):
    draft = put(body("blekinge", "lsvo"), content=content(), year=2022, status=status)
    assert get(client, cast.lena, draft.public_id, "pdf").status_code == 404


def test_a_format_that_is_none_is_not_found(client, cast, published):
    assert get(client, cast.lena, published.public_id, "exe").status_code == 404


def test_a_copy_opens_its_files(client, cast):
    report = put(body("blekinge", "sg_barn_unga"), content=content(), year=2022)
    assert get(client, cast.lena, report.public_id, "json").status_code == 404
    copy(report, to_body=body("blekinge", "lsvo"))
    assert get(client, cast.lena, report.public_id, "json").status_code == 200


def test_another_system_fetches_the_same_bytes(client, cast, published):
    client.force_login(cast.lena)
    for key in FORMATS:
        page = client.get(reverse("report_file", args=[published.public_id, key]))
        api = client.get(reverse("api:report_file", args=[published.public_id, key]))
        assert (api.status_code, api.content) == (200, page.content)
        assert api["Content-Disposition"] == page["Content-Disposition"]


def test_the_number_of_statements_is_the_same_whatever_the_report_holds(
    client, cast, published, django_assert_num_queries
):
    client.force_login(cast.lena)
    addresses = [reverse("report_file", args=[published.public_id, key]) for key in FORMATS]
    client.get(addresses[0])
    with django_assert_num_queries(5):
        client.get(addresses[0])


def test_what_is_fetched_is_what_was_approved(client, cast, published):
    sums = {
        "json": json.loads(get(client, cast.lena, published.public_id, "json").content)["checksum"],
        "excel": _second_column(get(client, cast.lena, published.public_id, "excel").content),
    }
    assert sums["json"] == published.checksum
    assert published.checksum in sums["excel"]
    pdf = pypdf.PdfReader(io.BytesIO(get(client, cast.lena, published.public_id, "pdf").content))
    assert f"{published.checksum[:4]} {published.checksum[4:8]}" in pdf.pages[-1].extract_text()


def _second_column(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [row[1] for row in sheet.iter_rows(values_only=True)]
