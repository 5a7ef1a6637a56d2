"""What editors did, the newest first: of all of them, or of one."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.rights import need
from catalog.desk.activity import acts
from catalog.desk.history import number_of, time_of


def activity_page(request: HttpRequest, username: str = "") -> HttpResponse:
    need(request, "catalog.view_artifact")
    person = User.objects.filter(username=username).first() if username else None
    if username and person is None:
        raise Http404
    asked = request.GET.get("before", "")
    try:
        before = time_of(int(asked)) if asked else None
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    page, older = acts(by=person.pk if person else None, before=before)
    context = {
        **admin.site.each_context(request),
        "title": f"What {username} did" if person else "What editors did",
        "person": person,
        "acts": [(act, reverse(f"admin:{act.address[0]}", args=act.address[1]) if act.address else "") for act in page],
        "older": number_of(older) if older else None,
        "is_newest": before is None,
    }
    return TemplateResponse(request, "admin/activity.html", context)
