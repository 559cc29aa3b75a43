"""The whole report as JSON, with the schema that it follows: for other systems (D05)."""

import json
from functools import cache
from typing import Any

from deviations.reports.content import Content


def write(content: Content) -> bytes:
    """`checksum` is of `report`, written without blanks, with its keys in order: see `reports.content.checksum`."""
    said = {"checksum": content.checksum(), "report": content.data(), "schema": schema()}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


@cache
def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a report."""
    made = Content.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
