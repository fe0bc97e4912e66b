"""Marks that look wrong: what was expected, what was seen, the likeliest cause; a person decides (S86 to S88).

Statistics never block a record for good: they hold a mark until the instructor or the registrar releases, corrects or
confirms it. What numbers cannot show is said in docs/grades.md.
"""
