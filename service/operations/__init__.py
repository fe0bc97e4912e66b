"""What an operator sees of the work: health, readiness, metrics; shown by each worker and by the web service."""
