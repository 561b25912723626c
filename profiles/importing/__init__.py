"""Real tables of creators in, clean rows out: pure reading, nothing here knows the database.

`table.read_table` is the door; docs/import.md says in plain words what is understood.
"""
