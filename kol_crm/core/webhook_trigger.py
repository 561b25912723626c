"""The trigger that notes each act for webhooks, while there are some. Part of a migration."""

_TRIGGERS = {
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION note_for_webhooks() RETURNS trigger AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM core_webhook WHERE active) THEN
                INSERT INTO core_dirty (id, planner, subject) VALUES (NEW.id, 'webhook', NEW.id)
                ON CONFLICT DO NOTHING;
            END IF;
            RETURN NULL;
        END $$ LANGUAGE plpgsql
        """,
        "CREATE TRIGGER changeset_webhooks AFTER INSERT ON core_changeset "
        "FOR EACH ROW EXECUTE FUNCTION note_for_webhooks()",
    ),
    "sqlite": (
        "CREATE TRIGGER changeset_webhooks AFTER INSERT ON core_changeset "
        "WHEN EXISTS (SELECT 1 FROM core_webhook WHERE active) BEGIN "
        "INSERT OR IGNORE INTO core_dirty (id, planner, subject) VALUES (NEW.id, 'webhook', NEW.id); END",
    ),
}


def install(conn) -> None:
    """Create it on this database."""
    with conn.cursor() as cursor:
        for statement in _TRIGGERS[conn.vendor]:
            cursor.execute(statement)


_FACTS = {
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION note_facts_for_webhooks() RETURNS trigger AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM core_webhook WHERE active) THEN
                INSERT INTO core_dirty (id, planner, subject)
                SELECT id, TG_ARGV[0] || CASE coalesce(current_setting('kol_crm.client', true), '')
                    WHEN '' THEN '' ELSE ' api' END, id FROM added
                ON CONFLICT DO NOTHING;
            END IF;
            RETURN NULL;
        END $$ LANGUAGE plpgsql
        """,
        "CREATE TRIGGER {table}_webhooks AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION note_facts_for_webhooks('{note}')",
    ),
    "sqlite": (
        "CREATE TRIGGER {table}_webhooks AFTER INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM core_webhook WHERE active) BEGIN "
        "INSERT OR IGNORE INTO core_dirty (id, planner, subject) VALUES "
        "(NEW.id, '{note}' || CASE kol_crm_client() WHEN '' THEN '' ELSE ' api' END, NEW.id); END",
    ),
}
_STANDS = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s)",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
}


def watch_facts(conn, table: str, note: str) -> None:
    """Have the rows of a table of facts noted, if they are not yet; no migration: SQLite loses triggers."""
    with conn.cursor() as cursor:
        if table not in conn.introspection.table_names(cursor):
            return
        cursor.execute(_STANDS[conn.vendor], [table])
        if f"{table}_webhooks" in {name for (name,) in cursor.fetchall()}:
            return
        for statement in _FACTS[conn.vendor]:
            cursor.execute(statement.format(table=table, note=note))
