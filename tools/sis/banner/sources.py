"""Which collections of Ethos a question needs, and how they are narrowed to a term or a section.

A service that ignores a filter answers with too much; what was not asked for is dropped here, so it never misleads.
"""

from collections.abc import Iterable, Mapping

from domain.errors import RefusedBySystem
from domain.findings import Severity
from domain.ids import SectionKey, TermCode
from tools.sis.banner.periods import Period, periods_of
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.sections import Neighbours
from tools.sis.banner.settings import Params
from tools.sis.banner.wire import CrosslistWire, InstructorWire, SectionWire
from tools.sis.banner.wire_students import RegistrationWire, WaitlistWire
from tools.sis.reading import Reading

_REGISTRATIONS, _WAITLISTS = "section-registrations", "student-section-waitlists"


class Sources:
    """Asks one tenant for the raw rows behind sections and registrations."""

    def __init__(self, proxy: EthosProxy) -> None:
        self._proxy, self._settings = proxy, proxy.settings

    def sections_of(self, term: TermCode, periods: dict[str, Period], reading: Reading) -> dict[str, SectionWire]:
        """Read the sections of a term and its parts, by GUID."""
        wanted = {period.guid for period in periods_of(term, periods)}
        found: dict[str, SectionWire] = {}
        for guid in sorted(wanted):
            query = self._settings.sections_of_period.params(id=guid)
            found.update(self._proxy.collect(SectionWire, "sections", reading, query).rows)
        return {guid: row for guid, row in found.items() if _period_guids(row) & wanted}

    def section_with_code(self, code: str, period: str, reading: Reading) -> dict[str, SectionWire]:
        """Read the sections of one period with a code, by GUID."""
        query = self._settings.section_by_code.params(code=code, period=period)
        return self._proxy.collect(SectionWire, "sections", reading, query).rows

    def neighbours_of_all(self, reading: Reading) -> Neighbours:
        """Read every teaching assignment and cross-list group."""
        return self._neighbours((), (), reading)

    def neighbours_of(self, section: str, reading: Reading) -> Neighbours:
        """Read the teaching assignments and the cross-list group of one section."""
        teaching = self._settings.instructors_of_section.params(id=section)
        return self._neighbours(teaching, self._settings.crosslists_of_section.params(id=section), reading)

    def registrations_of(
        self, term: TermCode, sections: Mapping[str, SectionKey], periods: dict[str, Period], reading: Reading
    ) -> dict[str, RegistrationWire]:
        """Read the registrations of a term by GUID: by period where the tenant can, else section by section.

        Never by status: a row with a code nobody knows must come too, or its student would seem to have left.
        """
        found = self._registrations_by_period(term, periods, reading)
        if found is None:
            found = self._registrations_by_section(sections, reading)
        return {guid: row for guid, row in found.items() if row.section.id in sections}

    def _registrations_by_section(
        self, sections: Mapping[str, SectionKey], reading: Reading
    ) -> dict[str, RegistrationWire]:
        """Read each section by itself; one that is refused is noted and does not stop the others."""
        found: dict[str, RegistrationWire] = {}
        for guid in sorted(sections):
            try:
                found.update(self.registrations_in(guid, reading))
            except RefusedBySystem as refusal:
                reading.lost_in(sections[guid], f"sections {guid}")
                what = f"{_REGISTRATIONS} of a section were refused; absence from it proves nothing."
                reading.notes.add(
                    RefusedBySystem, what, place=f"sections {guid}", fix=refusal.fix, severity=Severity.STOP
                )
        return found

    def _registrations_by_period(
        self, term: TermCode, periods: dict[str, Period], reading: Reading
    ) -> dict[str, RegistrationWire] | None:
        """Read a term and its parts in one query each; None where the tenant does not know the query."""
        query, found = self._settings.registrations_of_period, dict[str, RegistrationWire]()
        if query is None:
            return None
        for period in periods_of(term, periods):
            try:
                rows = self._proxy.collect(RegistrationWire, _REGISTRATIONS, reading, query.params(id=period.guid)).rows
            except RefusedBySystem:
                return None
            found.update(rows)
        return found

    def registrations_in(self, section: str, reading: Reading) -> dict[str, RegistrationWire]:
        """Read the registrations of one section by GUID."""
        query = self._settings.registrations_of_section.params(id=section)
        rows = self._proxy.collect(RegistrationWire, _REGISTRATIONS, reading, query).rows
        return {guid: row for guid, row in rows.items() if row.section.id == section}

    def waitlists_of_all(self, sections: Iterable[str], reading: Reading) -> list[WaitlistWire]:
        """Read every waitlist entry of some sections."""
        wanted = set(sections)
        rows = self._proxy.collect(WaitlistWire, _WAITLISTS, reading).rows.values()
        return [row for row in rows if row.section.id in wanted]

    def waitlists_in(self, section: str, reading: Reading) -> list[WaitlistWire]:
        """Read the waitlist entries of one section."""
        query = self._settings.waitlists_of_section.params(id=section)
        rows = self._proxy.collect(WaitlistWire, _WAITLISTS, reading, query).rows.values()
        return [row for row in rows if row.section.id == section]

    def _neighbours(self, teaching: Params, groups: Params, reading: Reading) -> Neighbours:
        found = Neighbours()
        found.add_instructors(
            self._proxy.collect(InstructorWire, "section-instructors", reading, teaching).rows.values()
        )
        found.add_crosslists(self._proxy.collect(CrosslistWire, "section-crosslists", reading, groups).rows.values())
        return found


def _period_guids(row: SectionWire) -> set[str]:
    return {ref.id for ref in (row.academic_period, row.reporting_academic_period) if ref}
