"""Worked cases of drops and withdrawals over the shipped policy tables, computed by hand."""
