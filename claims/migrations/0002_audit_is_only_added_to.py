"""The database itself refuses to change or delete an entry of the audit log, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SAID = "Entries of the audit log are neither changed nor deleted."


def refuse(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER claims_audit_no_{verb.lower()} BEFORE {verb} ON claims_auditentry "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )
    elif editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION claims_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
        )
        editor.execute(
            "CREATE TRIGGER claims_audit_refuse BEFORE UPDATE OR DELETE ON claims_auditentry "
            "FOR EACH ROW EXECUTE FUNCTION claims_audit_refuse()"
        )


def allow(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS claims_audit_no_{verb}")
    elif editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER IF EXISTS claims_audit_refuse ON claims_auditentry")
        editor.execute("DROP FUNCTION IF EXISTS claims_audit_refuse()")


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
