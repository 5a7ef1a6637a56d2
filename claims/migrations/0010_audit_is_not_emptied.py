"""PostgreSQL has a third way to be rid of rows, which triggers of rows do not see: emptying the table at once.

An empty one may be emptied. SQLite knows no other way than deleting.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


def refuse(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "CREATE FUNCTION claims_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT FROM claims_auditentry) THEN "
        "RAISE EXCEPTION 'Entries of the audit log are neither changed nor deleted.'; END IF; RETURN NULL; END $$"
    )
    schema_editor.execute(
        "CREATE TRIGGER claims_audit_keep BEFORE TRUNCATE ON claims_auditentry "
        "FOR EACH STATEMENT EXECUTE FUNCTION claims_audit_keep()"
    )


def allow(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS claims_audit_keep ON claims_auditentry")
        schema_editor.execute("DROP FUNCTION IF EXISTS claims_audit_keep()")


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_override_by_two")]
    operations = [migrations.RunPython(refuse, allow)]
