"""The doors to people, models and vectors; not built yet, and until then no module may reach past them."""
