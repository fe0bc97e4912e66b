"""Measures of the privacy boundary on people and texts that the finder has not seen: recall and over-redaction.

``names.tsv`` holds names of many origins, drawn at random from the Faker package (MIT, NAMES-LICENSE), so that nobody
chose them to suit the finder.
"""
