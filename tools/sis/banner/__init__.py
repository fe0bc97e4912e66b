"""Banner, read through Ellucian Ethos Integration: the student information system of record."""
