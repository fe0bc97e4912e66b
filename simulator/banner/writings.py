"""What can be written through Ethos, by resource and by the family of the media type that a body is sent as.

A submission is a family of its own: integrators send it to the base resource with the media type
`application/vnd.hedtech.integration.student-unverified-grades-submissions.v1+json`, the vendor's pages name a path
of its own. Both are taken. An adjustment of a rolled grade is a family too. A path of submissions can only be
written, and answers with the base record.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.banner import grade_writes as grades
from simulator.banner import registration_writes as registrations
from simulator.banner import transcript_writes as transcripts
from simulator.banner.state import BannerState
from simulator.banner.tables import NIL_GUID
from simulator.banner.wire import EthosError, Json

SUBMISSIONS = "student-unverified-grades-submissions"
WRITE_ONLY = frozenset({SUBMISSIONS})
"""Paths that cannot be read."""


class Writing(NamedTuple):
    """One way to write. `base` is the resource whose record the answer shows; None: not supported."""

    base: str
    error_code: str
    spurious: str
    create: Callable[[BannerState, Json], Json] | None
    change: Callable[[BannerState, str, Json], Json] | None
    pretend: Callable[[BannerState, str | None, Json], Json]

    def apply(self, state: BannerState, guid: str | None, record: Json) -> Json:
        """Carry it out; 405 where this way of writing has no such method."""
        with state.lock:
            if guid is None and self.create is not None:
                return self.create(state, record)
            if guid is not None and self.change is not None:
                return self.change(state, guid, record)
        raise EthosError(405, "Global.UnsupportedOperation", f"{self.base} cannot be written so.")


def _echo(_state: BannerState, guid: str | None, record: Json) -> Json:
    """What a write would answer, without writing."""
    return {**record, "id": guid or str(uuid.uuid4()) if record.get("id") == NIL_GUID else guid}


REGISTRATIONS = Writing(
    "section-registrations",
    registrations.ERROR_CODE,
    "The following required prerequisite is not started.",
    registrations.create_registration,
    registrations.change_registration,
    _echo,
)
GRADES = Writing(
    "student-unverified-grades",
    grades.ERROR_CODE,
    "The grade could not be saved.",
    grades.submit_grade,
    grades.resubmit_grade,
    grades.pretend_grade,
)
ADJUSTMENTS = Writing(
    "student-transcript-grades",
    transcripts.ERROR_CODE,
    "The grade change could not be saved.",
    None,
    transcripts.adjust_grade,
    _echo,
)
WRITINGS: Mapping[tuple[str, str], Writing] = {
    ("section-registrations", ""): REGISTRATIONS,
    (SUBMISSIONS, ""): GRADES,
    (SUBMISSIONS, SUBMISSIONS): GRADES,
    ("student-unverified-grades", SUBMISSIONS): GRADES,
    ("student-transcript-grades", "student-transcript-grades-adjustments"): ADJUSTMENTS,
}


def writing_of(resource: str, family: str, method: str) -> Writing:
    """The way to write a resource with a family of media types; 405 where there is none."""
    found = WRITINGS.get((resource, family))
    if found is None:
        raise EthosError(405, "Global.UnsupportedOperation", f"{method} is not supported here.")
    return found
