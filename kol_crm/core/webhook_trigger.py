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
