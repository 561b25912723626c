"""The floor: a bare Django project that does almost nothing, on the same tables behind the same gunicorn.

Session, user and a template; a keyset list of 50 rows of nine columns through ORM and template; one row on a
page; token-authenticated answers of ``values()`` and orjson. No filters, no rights, no words to translate.
"""
