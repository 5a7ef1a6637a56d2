"""Feedback can also be left out by the key that signed its token, and by the door through which it was served."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ranking", "0008_counts_of_a_week"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="exclusion",
            name="exclusion_subject_known",
        ),
        migrations.AddField(
            model_name="feedback",
            name="signed_by",
            field=models.CharField(
                db_default="",
                default="",
                editable=False,
                help_text="The key that its token was signed with.",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="exclusion",
            name="subject",
            field=models.CharField(
                choices=[
                    ("actor", "An actor"),
                    ("network", "A network"),
                    ("key", "A signing key"),
                    ("door", "A door"),
                    ("span", "All of a time"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="exclusion",
            name="value",
            field=models.CharField(blank=True, help_text="The actor, network, key or door.", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject__in", ["actor", "network", "key", "door", "span"])),
                name="exclusion_subject_known",
            ),
        ),
    ]
