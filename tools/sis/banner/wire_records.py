"""Ethos records of accounts, studies, populations and attendance, reduced to what is asked of them (S220)."""

from decimal import Decimal

from tools.sis.banner.wire import Ref, Resource, Text, Wire


class Money(Wire):
    """An amount of money."""

    value: Decimal | None = None


class UnitCost(Wire):
    """A price for each of several units."""

    quantity: Decimal | None = None
    cost: Money | None = None


class ChargedAmount(Wire):
    """What is charged, as an amount or by units."""

    amount: Money | None = None
    unit_cost: UnitCost | None = None

    @property
    def total(self) -> Decimal | None:
        """The amount, worked out where units are given; None where neither is whole."""
        if self.amount is not None:
            return self.amount.value
        if self.unit_cost is None or self.unit_cost.quantity is None or self.unit_cost.cost is None:
            return None
        return None if self.unit_cost.cost.value is None else self.unit_cost.quantity * self.unit_cost.cost.value


class ChargeWire(Resource):
    """``student-charges`` v16; ``section`` and ``chargeType`` are what some tenants send besides."""

    student: Ref | None = None
    academic_period: Ref | None = None
    funding_destination: Ref | None = None
    charge_type: str | None = None
    section: Ref | None = None
    charged_amount: ChargedAmount | None = None
    override_description: Text = ""
    comments: tuple[str, ...] | None = None


class EnrollmentStatus(Wire):
    """Whether a student is in a programme still."""

    status: Text = ""


class StudentProgrammeWire(Resource):
    """``student-academic-programs`` v17."""

    student: Ref
    program: Ref | None = None
    academic_level: Ref | None = None
    preference: str | None = None
    end_on: str | None = None
    enrollment_status: EnrollmentStatus | None = None


class StandingWire(Resource):
    """``student-academic-standings`` v8; an override stands in place of what was calculated."""

    student: Ref
    academic_period: Ref | None = None
    standing: Ref | None = None
    override_standing: Ref | None = None


class TagWire(Resource):
    """``student-tag-assignments`` v1 and ``student-cohort-assignments`` v1."""

    person: Ref
    tag: Ref | None = None
    cohort: Ref | None = None
    start_on: str | None = None
    end_on: str | None = None


class EventWire(Resource):
    """``instructional-events`` v11: one meeting pattern of a section."""

    section: Ref | None = None


class AttendanceCategory(Wire):
    """How a student attended."""

    category: Text = ""


class AttendanceWire(Resource):
    """``student-attendances`` v10."""

    student: Ref
    instructional_event: Ref | None = None
    attendance_taken: str | None = None
    attendance: AttendanceCategory | None = None
