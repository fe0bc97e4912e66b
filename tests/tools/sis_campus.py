"""A tiny institution and tiny OneRoster bundles, written by hand so that every expected value can be seen."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

from domain.ids import SectionKey, TermCode
from domain.institution import Institution, PartOfTerm, TermCalendar
from domain.records import RegistrationStatus

TERM = TermCode("202680")
NOW = datetime(2026, 9, 21, 13, 0, tzinfo=UTC)
MATH, LAB = SectionKey(TERM, "12345"), SectionKey(TERM, "12346")


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def make_institution(**changes: object) -> Institution:
    part = PartOfTerm(
        code="full",
        start_on=date(2026, 8, 24),
        end_on=date(2026, 12, 11),
        census_on=date(2026, 9, 14),
        add_drop_end_on=date(2026, 9, 4),
        withdraw_end_on=date(2026, 10, 30),
        grades_open_on=date(2026, 12, 7),
        grades_close_on=date(2026, 12, 18),
    )
    values = {
        "name": "Northfield",
        "time_zone": "America/New_York",
        "calendars": (TermCalendar(term=TERM, parts=(part,)),),
        "registration_codes": {"RE": RegistrationStatus.REGISTERED, "XX": RegistrationStatus.CANCELED},
    }
    return Institution.model_validate({**values, **changes})


FILES = {
    "manifest.csv": """propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.academicSessions,bulk
file.classes,bulk
file.courses,bulk
file.enrollments,bulk
file.orgs,bulk
file.users,bulk
source.systemName,Banner
""",
    "academicSessions.csv": """sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
202680,,,Fall 2026,term,2026-08-24,2026-12-11,,2027
""",
    "orgs.csv": """sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
org-1,,,Northfield,school,NU,
dept-math,,,Mathematics,department,MATH,org-1
""",
    "courses.csv": """sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,\
orgSourcedId,subjects,subjectCodes
c-1,,,,Algebra,MATH101,,dept-math,,
""",
    "classes.csv": """sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,\
schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
202680-12345,,,Algebra,,c-1,MATH101-001,scheduled,,org-1,202680,,,
202680-12346,,,Algebra Lab,,c-1,MATH101-L01,scheduled,,org-1,202680,,,
""",
    "users.csv": """sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,\
familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
u-1,,,true,org-1,student,zbjornsson,,Zoë,Björnsson,,A00000001,zoe@northfield.example,,,,,
u-2,,,true,org-1,student,,,Min,Lee,,A00000002,,,,,,
u-3,,,true,org-1,teacher,tsmith,,Terry,Smith,,A00000003,t@northfield.example,,,,,
u-4,,,true,org-1,parent,pbjornsson,,Pia,Björnsson,,P1,pia@home.example,,555-0100,,,
""",
    "enrollments.csv": """sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,\
role,primary,beginDate,endDate
e-1,,,202680-12345,org-1,u-1,student,,2026-08-20,
e-2,,,202680-12345,org-1,u-2,student,,2026-08-24,
e-3,,,202680-12345,org-1,u-3,teacher,true,,
e-4,tobedeleted,2026-09-03T12:00:00.000Z,202680-12346,org-1,u-1,student,,2026-08-20,
""",
}


def write_bundle(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """Write the bundle with some files replaced, or left out where the change is None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**FILES, **(changes or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def pack(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return target
