"""Grade passback: from an LMS gradebook to a checked sheet that an instructor attests; never the grader (R92)."""
