"""A report as files. Each is written from Content and nothing else, and says the same numbers as the page.

Made when asked for and never stored: the same report gives the same bytes as long as the libraries are the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from deviations.language import RECORD
from deviations.models import LearningReport
from deviations.reports.content import Content

Write = Callable[[Content], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """`says`: what it is good for, to whoever chooses."""

    key: str
    label: str | Promise
    says: str | Promise
    suffix: str
    content_type: str

    @override(RECORD)
    def write(self, content: Content) -> bytes:
        """The file, in the report's language. Its library is imported now: nobody who reads a page waits for it."""
        write: Write = import_module(f"deviations.reports.files.{self.key}").write
        return write(content)

    def name(self, content: Content) -> str:
        """ "samsyn-vad-blekinge-larde-2022-ledningssamverkan-s-2022-bl-07.pdf": what is on the first page, in plain
        letters; the period too, where the title does not say it."""
        period = "" if content.period in content.title else content.period
        said = (content.title, period, content.body, content.snapshot)
        parts = [slugify(part)[:60].strip("-") for part in said]
        return "-".join(["samsyn", *(part for part in parts if part)]) + self.suffix


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, Format] = {
    made.key: made
    for made in (
        Format("pdf", _("PDF"), _("att läsa, skriva ut och diarieföra"), ".pdf", "application/pdf"),
        Format("word", _("Word"), _("att klippa ur till en tjänsteskrivelse"), ".docx",
               f"{OFFICE}.wordprocessingml.document"),
        Format("excel", _("Excel"), _("alla tabeller, ett blad för varje"), ".xlsx",
               f"{OFFICE}.spreadsheetml.sheet"),
        Format("csv", _("CSV"), _("alla tal på långt format, med förklaring av kolumnerna"), ".zip", "application/zip"),
        Format("json", _("JSON"), _("hela rapporten för andra system, med sitt schema"), ".json", "application/json"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    data: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Saved and not opened in the page's place; kept by no browser or server on the way."""
        return {
            "Content-Disposition": f'attachment; filename="{self.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }


def file_of(report: LearningReport, format: Format) -> File:
    """Of what the report said when it was approved. Whoever asks has been let in by `access.readable_reports`."""
    content = Content.model_validate(report.content)
    return File(format.name(content), format.content_type, format.write(content))
