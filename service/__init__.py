"""Who is served: the command line, the worker and the demonstration."""
