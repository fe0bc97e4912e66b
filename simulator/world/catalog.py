"""Departments and their courses: what could be taught, before any term offers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.banner.tables import Course, Department, guid_of

DEPARTMENTS = (
    ("ACCT", "Accounting", "Ledgers;Auditing;Taxation;Cost Analysis"),
    ("ANTH", "Anthropology", "Human Origins;Kinship;Material Culture;Fieldwork"),
    ("ART", "Art and Design", "Drawing;Printmaking;Typography;Modern Painting"),
    ("BIOL", "Biology", "Cells;Genetics;Ecology;Physiology;Microbiology"),
    ("BUS", "Business", "Marketing;Operations;Entrepreneurship;Business Law"),
    ("CHEM", "Chemistry", "General Chemistry;Organic Chemistry;Kinetics;Spectroscopy"),
    ("CS", "Computer Science", "Programming;Data Structures;Databases;Networks;Compilers"),
    ("ECON", "Economics", "Microeconomics;Macroeconomics;Labor Markets;Trade"),
    ("EDUC", "Education", "Learning Theory;Assessment;Literacy;Classroom Practice"),
    ("ENGL", "English", "Composition;Poetry;The Novel;Rhetoric;Shakespeare"),
    ("ENGR", "Engineering", "Statics;Circuits;Thermodynamics;Design Studio"),
    ("GEOL", "Geology", "Minerals;Sediments;Hydrology;Plate Tectonics"),
    ("HIST", "History", "Antiquity;Medieval Europe;The Atlantic World;Oral History"),
    ("MATH", "Mathematics", "Calculus;Linear Algebra;Probability;Number Theory;Analysis"),
    ("MUS", "Music", "Harmony;Ear Training;Ensemble;Music of the World"),
    ("NURS", "Nursing", "Patient Care;Pharmacology;Clinical Practice;Public Health"),
    ("PHIL", "Philosophy", "Logic;Ethics;Metaphysics;Philosophy of Mind"),
    ("PHYS", "Physics", "Mechanics;Electromagnetism;Optics;Quantum Physics"),
    ("POLS", "Political Science", "Institutions;Elections;Public Policy;Diplomacy"),
    ("PSYC", "Psychology", "Perception;Memory;Development;Social Psychology"),
    ("SOC", "Sociology", "Inequality;Cities;Family;Social Networks"),
    ("SPAN", "Spanish", "Spanish Conversation;Spanish Grammar;Iberian Literature;Translation"),
    ("STAT", "Statistics", "Inference;Regression;Sampling;Experiments"),
    ("THEA", "Theatre", "Acting;Stagecraft;Directing;Dramatic Texts"),
)
"""Code, title and topics of each department."""

LEVELS = (
    ("101", "Introduction to {}"),
    ("110", "{} in Practice"),
    ("201", "{} I"),
    ("202", "{} II"),
    ("225", "Applied {}"),
    ("301", "Advanced {}"),
    ("340", "Seminar in {}"),
    ("401", "Research in {}"),
    ("450", "Capstone in {}"),
    ("510", "Graduate {}"),
)
"""Number of the first topic at each level, and how its title reads."""


def found_departments() -> list[Department]:
    """The departments of the campus, each with one subject."""
    return [
        Department(guid_of("educational-institution-units", code), code, title, guid_of("subjects", code))
        for code, title, _ in DEPARTMENTS
    ]


def _courses_of(department: Department, topics: Sequence[str]) -> Iterator[Course]:
    """All courses of a department, level by level, endlessly distinct by number."""
    for number, wording in LEVELS:
        for step, topic in enumerate(topics):
            course_number = f"{int(number) + step * 2}"
            guid = guid_of("courses", department.code, course_number)
            yield Course(guid, department, course_number, wording.format(topic), 3 + (step % 4 == 0))


def list_courses(departments: Sequence[Department]) -> list[Course]:
    """The whole catalogue, interleaved so that a small campus still spans every department."""
    topics = {code: words.split(";") for code, _, words in DEPARTMENTS}
    shelves = [list(_courses_of(department, topics[department.code])) for department in departments]
    depth = max(len(shelf) for shelf in shelves)
    courses: dict[str, Course] = {}
    for level in range(depth):
        for shelf in shelves:
            if level < len(shelf):
                courses.setdefault(shelf[level].code, shelf[level])
    return list(courses.values())
