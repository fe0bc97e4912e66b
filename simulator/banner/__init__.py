"""Banner's records and the Ellucian Ethos face over them, with the choices that the vendor's pages leave open.

Academic periods: a term is an academic period of category `term` whose `code` is the Banner term code; a half
term is one of category `subterm` with code `<term>-<part>` and the term as `category.parent`. The full part of
term is the term itself. Each carries its own `censusDates`.

Sections: `code` is the CRN, `number` the sequence number, `reportingAcademicPeriod` always the term and
`academicPeriod` the term or the subterm. Filtering sections by `academicPeriod.id` of a term finds those of its
subterms too. `instructionalPlatform` resolves in `instructional-platforms` to the code of the LMS in which the
section lives (`CANVAS` or another). `instructionalMethods` resolve in `instructional-methods` (`LEC`, `LAB`,
`IND` for independent study). `status.category` is `pending` while the term's schedule is not published.
`alternateIds` has the CRN, and for linked sections the title `Link Identifier`. A linked section also has
`linkage`: `{"type": "primary" | "secondary", "group": "<code>", "primarySection": {"id"}}`; the lecture is the
primary one and its labs are secondary.

Registrations: one per person and section for ever, `exported` only until the term is rolled to history. The
status detail resolves in `section-registration-statuses`. `originallyRegisteredOn` and `statusDate` are absent
where Banner does not know them. `gradingOption.mode` is `audit` for auditors and `passFail` for the few who take a
course outside their department so; the scheme beside it is the mode's. An override shows as an approval by `user`
instead of `system`. A waiting person appears only in `student-section-waitlists`. Criteria on
`section-registrations` may name `registrant.id`, `section.id` and `academicPeriod.id` (the section's term or
subterm, as above).

Persons: names of category `legal`, `favored` (the preferred first name) and `birth` (a former family name);
`preference: preferred` marks the one to show. Credentials: `bannerId` (former ones carry `endOn`),
`bannerUserName` (absent until a login is issued). `privacyStatus.privacyCategory` is `restricted` for people
who opted out of the directory.

Section instructors: `instructorRole` is `primary`, `secondary` or `teachingAssistant`; an assignment taken back
keeps its row and gets `endOn`.

Grades: `section-registrations-grade-options` has the registration's GUID and lists the letters that may be
entered (R76). What is entered goes to `student-unverified-grades-submissions`, or to `student-unverified-grades`
with the media type of submissions, and is read back in `student-unverified-grades`, one record per registration.
Refusals are listed in `grade_rules`; their codes are not the vendor's. Midterm grades are taken from the first
day of class to the eve of final grading, final ones from `gradesOpenOn` to `gradesDueOn` of the part of term.
`submittedBy` may be left out; whoever it names must be an instructor of record.

Academic history: rolling a section turns its final grades into `student-transcript-grades` with `course.section`,
`unverifiedGrade` and `changeDetails` (every grade the line had, the first without a reason); an adjustment adds one.
`student-charges`, `student-academic-periods` and `student-attendances` are made from the registrations of the
moment; `charge_views`, `standing_views` and `attendance_views` say which of their properties are unconfirmed.
Course requisites and financial aid have no resource here, because none is confirmed.
"""
