"""A campus on loopback: vendors' interfaces over one world, for the demonstration, evaluation and tests."""
