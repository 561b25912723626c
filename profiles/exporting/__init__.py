"""The list as a table to take away: which columns it has, how a file becomes a row, how rows become a file.

Asks the database for the rows of a few files at a time and writes nothing; the verbs are in
``services/exports.py``.
"""
