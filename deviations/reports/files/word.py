"""The report as Word, to cut from: real headings, header rows, and charts as pictures with their words (D05)."""

from deviations.documents import word
from deviations.reports.content import Content
from deviations.reports.files.paper import document_of


def write(content: Content) -> bytes:
    return word.write(document_of(content), at=content.cut_off)
