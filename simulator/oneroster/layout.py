"""The files and columns of a OneRoster bundle, in the order the standard fixes, for both versions."""

from __future__ import annotations

from collections.abc import Mapping

VERSIONS = ("1.1", "1.2")

_ROW = ("sourcedId", "status", "dateLastModified")

COMMON: Mapping[str, tuple[str, ...]] = {
    "academicSessions": (*_ROW, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "orgs": (*_ROW, "name", "type", "identifier", "parentSourcedId"),
    "courses": (
        *(*_ROW, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"),
        *("subjects", "subjectCodes"),
    ),
    "classes": (
        *(*_ROW, "title", "grades", "courseSourcedId", "classCode", "classType", "location"),
        *("schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
    "enrollments": (
        *(*_ROW, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary"),
        *("beginDate", "endDate"),
    ),
}
USERS: Mapping[str, tuple[str, ...]] = {
    "1.1": (
        *(*_ROW, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName"),
        *("middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
    ),
    "1.2": (
        *(*_ROW, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName"),
        *("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
        *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
        *("primaryOrgSourcedId", "pronouns"),
    ),
}
ROLES = (*_ROW, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId")

METADATA: Mapping[str, tuple[str, ...]] = {
    "academicSessions": ("code", "partOfTerm", "censusOn", "schedulePublished"),
    "classes": (
        *("term", "crn", "sequence", "partOfTerm", "status", "platform", "method", "linkage"),
        *("primaryClass", "crosslist", "crosslistType", "waitlist"),
    ),
    "enrollments": (
        *("registrationCode", "registrationReason", "statusDate", "originallyRegisteredOn", "gradeMode"),
        *("override", "instructorRole"),
    ),
    "users": ("priorBannerIds", "preferredGivenName", "formerFamilyName", "privacy", "holds"),
}
"""Columns beyond the standard, written last and with the prefix `metadata.`."""

KNOWN: Mapping[str, tuple[str, ...]] = {
    "1.1": (
        *("academicSessions", "categories", "classes", "classResources", "courses", "courseResources"),
        *("demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users"),
    ),
    "1.2": (
        *("academicSessions", "categories", "classes", "classResources", "courses", "courseResources"),
        *("demographics", "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales"),
        *("orgs", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "roles"),
        *("scoreScales", "userProfiles", "userResources", "users"),
    ),
}
"""Every file that a manifest of each version must mention."""


def columns_of(file: str, version: str) -> tuple[str, ...]:
    """The header of a file: the standard columns, then ours with their prefix."""
    standard = {**COMMON, "users": USERS[version], "roles": ROLES}[file]
    return (*standard, *(f"metadata.{name}" for name in METADATA.get(file, ())))


def files_of(version: str) -> tuple[str, ...]:
    """The files that a bundle of a version carries."""
    return (*COMMON, "users", "roles") if version == "1.2" else (*COMMON, "users")
