"""What the guided tours in ``notebooks/`` stand on: a small campus to walk through, tables, and how they are run."""
