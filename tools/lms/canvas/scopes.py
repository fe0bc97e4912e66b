"""The smallest set of Canvas scopes for each mode, so that a developer key can be made with exactly these (S222)."""

from enum import StrEnum


class Mode(StrEnum):
    """What a credential is for: reading rosters, or writing what was approved."""

    READ = "read"
    WRITE = "write"


_READ = (
    "url:GET|/api/v1/users/:id",
    "url:GET|/api/v1/accounts/:account_id/users",
    "url:GET|/api/v1/accounts/:account_id/terms/:id",
    "url:GET|/api/v1/accounts/:account_id/courses",
    "url:GET|/api/v1/courses/:id",
    "url:GET|/api/v1/courses/:course_id/sections",
    "url:GET|/api/v1/courses/:course_id/pages",
    "url:GET|/api/v1/courses/:course_id/pages/:url_or_id",
    "url:GET|/api/v1/courses/:course_id/files",
    "url:GET|/api/v1/sections/:id",
    "url:GET|/api/v1/sections/:section_id/enrollments",
    "url:GET|/api/v1/conversations",
    "url:GET|/api/v1/conversations/:id",
)
_WRITE = (
    "url:GET|/api/v1/users/:id",
    "url:GET|/api/v1/courses/:id",
    "url:GET|/api/v1/sections/:id",
    "url:GET|/api/v1/accounts/:account_id/sis_imports",
    "url:GET|/api/v1/accounts/:account_id/sis_imports/:id",
    "url:GET|/api/v1/accounts/:account_id/sis_imports/:id/errors",
    "url:POST|/api/v1/accounts/:account_id/sis_imports",
    "url:PUT|/api/v1/sections/:id",
    "url:POST|/api/v1/sections/:id/crosslist/:new_course_id",
    "url:DELETE|/api/v1/sections/:id/crosslist",
    "url:PUT|/api/v1/courses/:id",
    "url:GET|/api/v1/courses/:course_id/content_migrations",
    "url:POST|/api/v1/courses/:course_id/content_migrations",
    "url:GET|/api/v1/progress/:id",
    "url:GET|/api/v1/conversations",
    "url:GET|/api/v1/conversations/:id",
    "url:POST|/api/v1/conversations",
)


def required_scopes(mode: Mode) -> frozenset[str]:
    """Return the scopes a credential of that mode needs; a reading one has no verb but GET."""
    return frozenset(_READ if mode is Mode.READ else _WRITE)
