"""Student information systems: one folder per system, each reading the same canonical records."""
