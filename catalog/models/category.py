from __future__ import annotations

from django.db import models
from django.urls import reverse

from catalog.models.fields import validate_slug
from catalog.models.kept import KeptHistory


class Category(models.Model):
    """A shelf: what an editor puts side by side for a reader who browses."""

    slug = models.SlugField(max_length=80, unique=True, validators=[validate_slug])
    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)

    history = KeptHistory()

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category-detail", args=[self.slug])
