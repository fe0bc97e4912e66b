"""Finds sections by term and CRN or by GUID, and joins what stands beside them."""

from dataclasses import dataclass, field
from datetime import date

from domain.ids import SectionKey
from domain.institution import Institution
from domain.ports import Clock
from domain.records import Section
from tools.sis.banner.lookups import Catalog, PersonIds
from tools.sis.banner.periods import Period, periods_of, read_periods
from tools.sis.banner.proxy import EthosProxy
from tools.sis.banner.registrations import RegistrationReader
from tools.sis.banner.sections import Neighbours, SectionReader
from tools.sis.banner.sources import Sources
from tools.sis.banner.wire import SectionWire
from tools.sis.reading import Reading


@dataclass(frozen=True, slots=True)
class Finder:
    """What every reader of one tenant shares: code tables, people by GUID, and the way to a section."""

    proxy: EthosProxy
    institution: Institution
    clock: Clock
    catalog: Catalog
    people: PersonIds
    sources: Sources = field(init=False)

    def __post_init__(self) -> None:
        """Open the sources over the same proxy."""
        object.__setattr__(self, "sources", Sources(self.proxy))

    def today(self) -> date:
        """Return the campus day."""
        return self.clock.now().astimezone(self.institution.zone).date()

    def periods(self, reading: Reading) -> dict[str, Period]:
        """Return terms and parts of term by GUID."""
        return read_periods(self.catalog.periods.table(reading), self.institution.zone, reading)

    def find_row(self, section: SectionKey, periods: dict[str, Period], reading: Reading) -> SectionWire | None:
        """Return the record of a section as it came; None where Banner does not have it."""
        reader = self.section_reader(periods, reading)
        for period in periods_of(section.term, periods):
            rows = self.sources.section_with_code(section.crn, period.guid, reading)
            found = [row for row in rows.values() if reader.read_key(row) == section]
            if found:
                return found[0]
        return None

    def read_anew(self, guid: str, reading: Reading) -> Section | None:
        """Read one section by GUID, without what stands beside it."""
        row = self.proxy.find(SectionWire, "sections", guid, reading)
        return self.section_reader(self.periods(reading), reading).read(row, Neighbours()) if row else None

    def section_reader(self, periods: dict[str, Period], reading: Reading) -> SectionReader:
        """Return what turns section records into sections."""
        settings = self.proxy.settings
        return SectionReader(self.institution, settings, self.catalog, self.people, periods, reading, self.today())

    def registration_reader(self, reading: Reading) -> RegistrationReader:
        """Return what turns registration records into registrations."""
        return RegistrationReader(self.institution, self.proxy.settings, self.catalog, self.people, reading)
