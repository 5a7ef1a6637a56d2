"""Slugs that begin with `vs-` or end with `-vs` made comparisons' addresses ambiguous: they get another, and redirect.

Names lose the characters that turn the order of other letters around, and what is no address of the web is no link.
"""

from functools import reduce
from operator import or_

from django.db import migrations, models
from django.db.models import F, Q

AMBIGUOUS = Q(slug__contains="-vs-") | Q(slug__startswith="vs-") | Q(slug__endswith="-vs")


def make_safe(apps, schema_editor):
    Artifact, Alias = apps.get_model("catalog", "Artifact"), apps.get_model("catalog", "Alias")
    CatalogState = apps.get_model("catalog", "CatalogState")
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    turned = reduce(or_, (Q(name__contains=letter) for letter in turning))
    for row in Artifact.objects.filter(turned).only("name"):
        row.name = row.name.translate(dict.fromkeys(map(ord, turning)))
        row.save(update_fields=["name", "sort_name"])
    rows = list(Artifact.objects.filter(AMBIGUOUS).order_by("pk").values_list("pk", "slug"))
    if not rows:
        return
    # What is kept of pages, and copies of lists in memory, are of the version before.
    CatalogState.objects.filter(pk=1).update(version=F("version") + 1)
    version = CatalogState.objects.filter(pk=1).values_list("version", flat=True).first() or 0
    for pk, slug in rows:
        stem = "-".join(word for word in slug.split("-") if word != "vs") or "entry"
        taken = Artifact.objects.filter(slug=stem).exists() or Alias.objects.filter(slug=stem).exists()
        Artifact.objects.filter(pk=pk).update(slug=f"{stem}-{pk}"[:120] if taken else stem, listed_version=version)
        Alias.objects.get_or_create(slug=slug, defaults={"artifact_id": pk})
    # Foreign keys of the rows just written are looked at now: no table can be altered while that waits.
    schema_editor.connection.check_constraints()


LINKS = {"artifact": ("homepage", "repository"), "publisher": ("homepage",), "source": ("url",)}


def web(field):
    return Q(**{field: ""}) | Q(**{f"{field}__istartswith": "http://"}) | Q(**{f"{field}__istartswith": "https://"})


def drop_what_is_no_link(apps, schema_editor):
    for model, fields in LINKS.items():
        for field in fields:
            apps.get_model("catalog", model).objects.exclude(web(field)).update(**{field: ""})


def constraint(model, field):
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=web(field),
            name=f"{model}_{field}_of_the_web",
            violation_error_message="An address begins with http:// or https://.",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_watched_runs")]

    operations = [
        migrations.RemoveConstraint(model_name="artifact", name="artifact_slug_without_vs"),
        migrations.RunPython(make_safe, migrations.RunPython.noop),
        migrations.RunPython(drop_what_is_no_link, migrations.RunPython.noop),
        *(constraint(model, field) for model, fields in LINKS.items() for field in fields),
        migrations.AddConstraint(
            model_name="artifact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slug__contains", "-vs-"),
                    ("slug__startswith", "vs-"),
                    ("slug__endswith", "-vs"),
                    _connector="OR",
                    _negated=True,
                ),
                name="artifact_slug_without_vs",
                violation_error_message="A slug cannot contain -vs-, begin with vs- or end with -vs: comparisons’ addresses put -vs- between two slugs.",
            ),
        ),
    ]
