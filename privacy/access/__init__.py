"""Who may see what: the one door to data about a person (R21, S256 to S260)."""

from privacy.access.door import Access, Answer, Question
from privacy.access.rules import AccessRules, check_access_file, load_access_rules

__all__ = ["Access", "AccessRules", "Answer", "Question", "check_access_file", "load_access_rules"]
