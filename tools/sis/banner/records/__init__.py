"""Reads grades and student records from Banner: nothing here writes."""
