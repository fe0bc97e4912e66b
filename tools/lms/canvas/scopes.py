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
_CLASSROOM = (
    "url:GET|/api/v1/sections/:section_id/students/submissions",
    "url:GET|/api/v1/courses/:course_id/students/submissions",
    "url:GET|/api/v1/courses/:course_id/enrollments",
    "url:GET|/api/v1/courses/:course_id/assignments",
    "url:GET|/api/v1/courses/:course_id/assignment_groups",
    "url:GET|/api/v1/courses/:course_id/grading_standards/:grading_standard_id",
    "url:GET|/api/v1/accounts/:account_id/grading_standards",
    "url:GET|/api/v1/audit/grade_change/courses/:course_id",
    "url:GET|/api/v1/courses/:course_id/discussion_topics",
    "url:GET|/api/v1/courses/:course_id/discussion_topics/:topic_id/view",
    "url:GET|/api/v1/groups/:group_id/discussion_topics/:topic_id/view",
    "url:GET|/api/v1/courses/:course_id/analytics/student_summaries",
    "url:GET|/api/v1/courses/:course_id/analytics/users/:student_id/activity",
    "url:GET|/api/v1/users/:user_id/page_views",
    "url:GET|/api/v1/courses/:course_id/modules",
    "url:GET|/api/v1/courses/:course_id/modules/:module_id/items",
    "url:GET|/api/v1/courses/:course_id/quizzes",
    "url:GET|/api/v1/courses/:course_id/quizzes/:quiz_id/submissions",
    "url:GET|/api/v1/courses/:course_id/groups",
)
"""What classes take; a key without some of these reads rosters as before and says what it lacks."""
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
    return frozenset((*_READ, *_CLASSROOM) if mode is Mode.READ else _WRITE)
