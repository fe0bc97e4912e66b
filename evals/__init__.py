"""How well it works: scoring against planted truth, and benchmarks beside a baseline."""

import graphs  # noqa: F401 sets what LangGraph reads once, when it is first imported
