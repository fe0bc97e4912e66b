"""Planted discrepancies on whole campuses: what was found, how each was settled, and that nothing else was touched."""
