"""The resources of grading: options, unverified grades, transcripts, averages, and the code tables they refer to."""

from __future__ import annotations

from simulator.banner import grade_views as grades
from simulator.banner import transcript_views as transcripts
from simulator.banner.code_tables import code_table, grade_definitions
from simulator.banner.grade_rows import CHANGE_REASONS, GRADE_TYPES, GradeEntry
from simulator.banner.letters import SCHEMES
from simulator.banner.registration_views import (
    find_registration,
    list_registrations,
    registrations_in_section,
    registrations_of_person,
)
from simulator.banner.resources import Offered, Resource, own_guid
from simulator.banner.tables import PastGrade, Registration
from simulator.banner.wire import Version

V1 = (Version(1),)

OPTIONS: Resource[Registration] = Resource(
    name="section-registrations-grade-options",
    versions=V1,
    rows=list_registrations,
    show=grades.show_options,
    guid=own_guid,
    find=find_registration,
    by={
        "section.id": registrations_in_section,
        "sectionRegistration.id": grades.one_registration,
        "student.id": registrations_of_person,
    },
)
UNVERIFIED: Resource[GradeEntry] = Resource(
    name="student-unverified-grades",
    versions=V1,
    rows=grades.list_entries,
    show=grades.show_entry,
    guid=own_guid,
    find=grades.find_entry,
    by={
        "student.id": grades.entries_of_student,
        "sectionRegistration.id": grades.entries_of_registration,
        "section.id": grades.entries_in_section,
    },
)
TRANSCRIPT: Resource[PastGrade] = Resource(
    name="student-transcript-grades",
    versions=(Version(1), Version(1, 1)),
    rows=transcripts.list_past_grades,
    show=transcripts.show_past_grade,
    guid=own_guid,
    find=transcripts.find_past_grade,
    by={"student.id": lambda state, guid: state.transcripts.get(guid, [])},
)
TRANSCRIPT_OPTIONS: Resource[PastGrade] = Resource(
    name="student-transcript-grades-options",
    versions=V1,
    rows=transcripts.list_past_grades,
    show=transcripts.show_line_options,
    guid=own_guid,
    find=transcripts.find_past_grade,
)
AVERAGES: Resource[transcripts.Averages] = Resource(
    name="student-grade-point-averages",
    versions=V1,
    rows=transcripts.list_averages,
    show=transcripts.show_averages,
    guid=own_guid,
    by={"student.id": transcripts.averages_of},
)
GRADE_RESOURCES: tuple[Offered, ...] = (
    *(OPTIONS, UNVERIFIED, TRANSCRIPT, TRANSCRIPT_OPTIONS, AVERAGES),
    code_table("grade-schemes", SCHEMES),
    code_table("section-grade-types", GRADE_TYPES),
    code_table("grade-change-reasons", CHANGE_REASONS),
    grade_definitions(),
)
