"""Reports that are published, as rows, for tests of who reads them. What they say is given, or next to nothing."""

import datetime as dt

from deviations.learning.counts import Protected
from deviations.models import LearningReport, ReportCopy, Snapshot
from deviations.reports import snapshots, stored

AT = dt.datetime(2026, 2, 6, 13, 12, tzinfo=dt.UTC)


def put(body, *, content=None, status="approved", year=2025, template="lsvo_year", code="", **fields):
    """One report of the body about a year. An approved one has its numbers and its sum."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 1)
    snapshot = Snapshot.objects.create(
        code=code or f"S-{year}-{body.county.slug[:2].upper()}-{Snapshot.objects.count() + 1:02}", county=body.county,
        root=body, first_month=first, last_month=last, status="ready", cut_off=AT, checksum="a" * 64, asked_at=AT,
        shown=stored.of_shown(Protected(5, {}), {}), definitions=snapshots.definitions(),
    )  # fmt: skip
    published = status in ("approved", "replaced")
    return LearningReport.objects.create(
        body=body, template=template, title=f"Vad {body.name} lärde {year}", first_month=first, last_month=last,
        snapshot=snapshot, status=status, content=content.data() if content else {},
        checksum=content.checksum() if content else ("9f3a1c07be52d840" * 4 if published else ""), created_at=AT,
        approved_at=AT if published else None, **fields,
    )  # fmt: skip


def copy(report, *, to_body=None, to_principal=None, board=""):
    return ReportCopy.objects.create(report=report, to_body=to_body, to_principal=to_principal, board=board, sent_at=AT)
