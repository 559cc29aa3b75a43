"""Files that are zip archives inside (Word, Excel): the same content is the same bytes, whenever it is written."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can say


def archive(files: Mapping[str, bytes]) -> bytes:
    """In the given order, all with the same date."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data)
    return out.getvalue()


def settled(data: bytes) -> bytes:
    """The archive without the time when it was packed."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        return archive({name: packed.read(name) for name in packed.namelist()})
