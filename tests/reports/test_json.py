"""The report as JSON: all of it, with its sum and the schema that it follows."""

import json

import jsonschema
import pytest

from deviations.reports.content import Content, checksum
from deviations.reports.files import FORMATS
from tests.reports_content import content


@pytest.fixture
def said():
    return json.loads(FORMATS["json"].write(content()))


def test_it_is_the_report_and_its_sum(said):
    assert Content.model_validate(said["report"]) == content()
    assert said["checksum"] == checksum(said["report"]) == content().checksum()


def test_it_follows_the_schema_that_comes_with_it(said):
    jsonschema.Draft202012Validator.check_schema(said["schema"])
    jsonschema.validate(said["report"], said["schema"], jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "change", [{"threshold": "fem"}, {"sections": [{"id": "x"}]}, {"secret": 1}, {"cut_off": None}]
)
def test_what_is_no_report_does_not_follow_it(said, change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said["report"] | change, said["schema"], jsonschema.Draft202012Validator)
