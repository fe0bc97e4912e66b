"""Desks: what a person may see and do with a workflow's records, asked at the door to people and kept on record.

The command line, the console and the JSON API show the same answers, because they ask at the same desk.
"""
