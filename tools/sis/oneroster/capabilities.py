"""What a OneRoster delivery can tell: the standard's own part, and whatever the campus adds in metadata columns."""

from collections.abc import Mapping

from domain.errors import SourceDataError
from domain.ports import Capabilities
from tools.sis.notes import Notes
from tools.sis.oneroster.delivery import Delivery
from tools.sis.oneroster.settings import OneRosterSettings
from tools.sis.oneroster.tables import ACADEMIC_SESSIONS, CLASSES, ENROLLMENTS, USERS, TableSpec

_ALWAYS = frozenset(
    {
        "terms",
        "people",
        "person",
        "sections",
        "section",
        "sections.instructors",
        "registrations",
        "section_registrations",
        "registrations.registered_on",
        "identities",
    }
)


def read_capabilities(delivery: Delivery) -> Capabilities:
    """Return what the newest bundle's version and columns can tell; a file that cannot be read adds nothing."""
    columns = {spec.name: _columns(delivery, spec) for spec in (ACADEMIC_SESSIONS, CLASSES, ENROLLMENTS, USERS)}
    optional = _optional(delivery.settings)
    held = {field for field, (spec, names) in optional.items() if names & columns[spec.name]}
    return Capabilities(system="oneroster", version=delivery.version, reads=_ALWAYS | held)


def _columns(delivery: Delivery, spec: TableSpec) -> frozenset[str]:
    try:
        return delivery.bundles[-1].table(spec, Notes("oneroster")).columns
    except SourceDataError:
        return frozenset()


def _optional(settings: OneRosterSettings) -> Mapping[str, tuple[TableSpec, set[str]]]:
    return {
        "people.preferred_name": (USERS, {"preferredGivenName", settings.preferred_given}),
        "people.prior_sis_ids": (USERS, {settings.prior_ids}),
        "people.confidential": (USERS, {settings.confidential}),
        "sections.census_on": (ACADEMIC_SESSIONS, {settings.session_census}),
        "sections.status": (CLASSES, {settings.section_status}),
        "sections.cross_list_group": (CLASSES, {settings.cross_list_group}),
        "sections.linked_to": (CLASSES, {settings.linked_class}),
        "sections.lms": (CLASSES, {settings.platform}),
        "registrations.status_on": (ENROLLMENTS, {settings.status_on}),
        "registrations.withdrawn": (ENROLLMENTS, {settings.registration_reason}),
        "registrations.waitlisted": (CLASSES, {settings.waitlist}),
        "registrations.grade_mode": (ENROLLMENTS, {settings.grade_mode}),
        "registrations.override": (ENROLLMENTS, {settings.override}),
    }
