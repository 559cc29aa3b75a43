"""The report as PDF/UA-1 and PDF/A-2a: tagged for screen readers, self-contained for the archive (D05)."""

from deviations.documents import pdf
from deviations.reports.content import Content
from deviations.reports.files.paper import document_of


def write(content: Content) -> bytes:
    """Dated when its data were cut off, so that the same report is the same file."""
    return pdf.write(document_of(content), at=content.cut_off)
