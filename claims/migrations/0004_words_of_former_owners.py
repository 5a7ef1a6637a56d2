"""The word that proves a listing was given to one person: after a transfer it is good for a while and no longer."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_rights")]

    operations = [migrations.AddField("proof", "good_until", models.DateTimeField(null=True))]
