"""Reading the Open University's records from their Parquet files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FILES = ("courses", "studentRegistration")


class Presentation(NamedTuple):
    """A module as presented once, and how many days it lasts."""

    module: str
    code: str
    days: int


class RealRegistration(NamedTuple):
    """One line of the records; days count from the start of the presentation, None where they are missing."""

    module: str
    presentation: str
    student: int
    registered: int | None
    unregistered: int | None


@dataclass(frozen=True, slots=True)
class Records:
    """What is read from the folder."""

    presentations: list[Presentation]
    registrations: list[RealRegistration]


def read_records(folder: Path) -> Records:
    """Read the Parquet files of the records; FileNotFoundError names the one that is missing."""
    from pyarrow import parquet

    for name in FILES:
        if not (folder / f"{name}.parquet").is_file():
            raise FileNotFoundError(f"{folder} has no {name}.parquet; give the folder of the OULAD records.")
    presentations = [
        Presentation(row["code_module"], row["code_presentation"], int(row["module_presentation_length"]))
        for row in parquet.read_table(folder / "courses.parquet").to_pylist()
    ]
    registrations = [
        RealRegistration(
            row["code_module"],
            row["code_presentation"],
            int(row["id_student"]),
            _whole(row["date_registration"]),
            _whole(row["date_unregistration"]),
        )
        for row in parquet.read_table(folder / "studentRegistration.parquet").to_pylist()
    ]
    return Records(presentations, registrations)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
