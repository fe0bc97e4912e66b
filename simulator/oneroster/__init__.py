"""OneRoster CSV bundles of the same Banner records, and damaged ones on request.

What OneRoster has no place for is in `metadata.*` columns, so that a bundle and Ethos describe the same campus:

`academicSessions`: `metadata.code`, `metadata.partOfTerm`, `metadata.censusOn`, `metadata.schedulePublished`. A
term is a session of type `semester`, a half term one of type `term` with the semester as parent.

`classes` (`classCode` is term and CRN): `metadata.term`, `metadata.crn`, `metadata.sequence`,
`metadata.partOfTerm`, `metadata.status` (open, closed, pending, cancelled), `metadata.platform`,
`metadata.method`, `metadata.linkage` (primary, secondary) with `metadata.primaryClass`, `metadata.crosslist` (group
code) with `metadata.crosslistType`, and `metadata.waitlist` (user ids in the order of the queue; a waiting
person has no enrolment).

`enrollments`: `metadata.registrationCode`, `metadata.registrationReason`, `metadata.statusDate`,
`metadata.originallyRegisteredOn`, `metadata.gradeMode`, `metadata.override` for students, and
`metadata.instructorRole` for teachers. Students who left are listed with an `endDate`: drops, withdrawals and
cancellations are told apart by the reason.

`users`: `metadata.priorBannerIds`, `metadata.preferredGivenName` (1.1 only), `metadata.formerFamilyName`,
`metadata.privacy`, `metadata.holds`. `identifier` is the Banner id, `username` the login and blank before one is
issued. Every `sourcedId` is the GUID that Ethos gives the same record. Closed terms are not exported.
"""
