"""Connectors to learning management systems, one folder each, reading and writing kept apart."""
