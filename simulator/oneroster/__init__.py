"""OneRoster CSV bundles of the same Banner records, and damaged ones on request."""
