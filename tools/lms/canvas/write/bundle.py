"""The zip file of one SIS import: the same rows always give the same bytes."""

import csv
import io
import zipfile
from collections.abc import Sequence

from tools.lms.canvas.write.sis_rows import KEYS, SisRow

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ADDS = "active"


def build_bundle(rows: Sequence[SisRow]) -> bytes:
    """Return the zip of one CSV per kind of record and set of columns, UTF-8, adds before ends (R52)."""
    groups: dict[tuple[str, tuple[str, ...]], list[SisRow]] = {}
    for row in rows:
        groups.setdefault((row.file, tuple(row.values)), []).append(row)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        ordered = sorted(groups.items(), key=lambda group: list(KEYS).index(group[0][0]))
        for number, ((file, columns), members) in enumerate(ordered, start=1):
            entry = zipfile.ZipInfo(f"{number:02d}_{file}.csv", _EPOCH)
            archive.writestr(entry, _csv(columns, members), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _csv(columns: tuple[str, ...], rows: Sequence[SisRow]) -> bytes:
    """Return one file without repeated lines; they keep their order within adds and within ends."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    lines = dict.fromkeys(tuple(row.values.items()) for row in rows)
    for line in sorted(lines, key=lambda one: dict(one).get("status") != _ADDS):
        writer.writerow(dict(line))
    return text.getvalue().encode()
