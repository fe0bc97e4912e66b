"""A seeded term of learning: what each course asks, and what every student does about it."""
