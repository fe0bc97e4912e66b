"""How well it works: scoring against planted truth, and benchmarks beside a baseline."""
