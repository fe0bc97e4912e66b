"""Approvals that must not count, tried on a campus: what stands in the LMS afterwards decides, not what was said."""
