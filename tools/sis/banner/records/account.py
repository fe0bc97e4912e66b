"""The charges of one class on a student's account (R110).

Ethos ties a charge to a term and not to a class. A tenant may send the section besides, or name the CRN in the
description; where none of a student's charges is tied to a class, those of this class are not known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from domain.drops import Account, Charge, ChargeKind, Source
from domain.ids import RecordHandle, SectionKey
from tools.sis.banner.periods import periods_of
from tools.sis.banner.records.desk import Desk, note_not_known
from tools.sis.banner.wire_records import ChargeWire
from tools.sis.reading import Reading

_CHARGES = "student-charges"
_KINDS = {kind.value: kind for kind in ChargeKind}


class AccountOffice:
    """Reads charges from one tenant; many tenants offer none."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._settings = desk, desk.settings

    def read_account(self, person: RecordHandle, section: SectionKey) -> Account | None:
        """Return the charges of the class, reversals set off; None where they are not known."""
        reading = Reading("banner")
        account, why = self._read(person, section, reading)
        if account is None or not reading.complete:
            note_not_known("account", reading, why)
            return None
        return account

    def _read(self, person: RecordHandle, section: SectionKey, reading: Reading) -> tuple[Account | None, str]:
        guid, row = self._desk.people.guid(person, reading), self._desk.section_row(section, reading)
        if guid is None or row is None:
            return None, "the student or the class is not known"
        query = self._settings.charges_of_student.params(id=guid)
        found = self._desk.ask(ChargeWire, _CHARGES, reading, query)
        if found is None:
            return None, "the tenant does not offer charges"
        of_term = self._of_term(found.values(), guid, section, reading)
        if of_term and not any(self._is_tied(charge) for charge in of_term):
            return None, "no charge is tied to a class"
        charges = self._to_charges([one for one in of_term if self._is_of(one, row.id, section)], reading)
        if charges is None:
            return None, "a charge of the class has no kind or amount"
        source = Source(system="banner", read_at=self._desk.clock.now())
        return Account(charges=charges, source=source), ""

    def _of_term(
        self, charges: Iterable[ChargeWire], guid: str, section: SectionKey, reading: Reading
    ) -> list[ChargeWire]:
        periods = {period.guid for period in periods_of(section.term, self._desk.finder.periods(reading))}
        return [
            charge
            for charge in charges
            if charge.student and charge.student.id == guid
            if charge.academic_period and charge.academic_period.id in periods
        ]

    def _is_tied(self, charge: ChargeWire) -> bool:
        return charge.section is not None or self._crn(charge) is not None

    def _is_of(self, charge: ChargeWire, guid: str, section: SectionKey) -> bool:
        return charge.section.id == guid if charge.section else self._crn(charge) == section.crn

    def _crn(self, charge: ChargeWire) -> str | None:
        for text in (charge.override_description, *(charge.comments or ())):
            match = re.search(self._settings.charge_crn, text)
            if match:
                return match["crn"]
        return None

    def _to_charges(self, charges: list[ChargeWire], reading: Reading) -> tuple[Charge, ...] | None:
        """Add up the charges of the class by code; None where one has no kind or amount, or credit outweighs it."""
        sums: dict[tuple[str, ChargeKind], Decimal] = defaultdict(Decimal)
        for charge in charges:
            code = self._code(charge, reading)
            kind, total = self._kind(charge, code), charge.charged_amount.total if charge.charged_amount else None
            if kind is None or total is None:
                return None
            sums[code or kind.value, kind] += total
        if any(total < 0 for total in sums.values()):
            return None
        return tuple(
            Charge(code=code, kind=kind, amount=total) for (code, kind), total in sorted(sums.items()) if total
        )

    def _code(self, charge: ChargeWire, reading: Reading) -> str:
        guid = charge.funding_destination.id if charge.funding_destination else None
        found = self._desk.finder.catalog.accounting.get(guid, reading) if guid else None
        return found.name if found else ""

    def _kind(self, charge: ChargeWire, code: str) -> ChargeKind | None:
        if (said := _KINDS.get(charge.charge_type or "")) is not None:
            return said
        if code in self._settings.tuition_codes:
            return ChargeKind.TUITION
        return ChargeKind.FEE if code in self._settings.fee_codes else None
