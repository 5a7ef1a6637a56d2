"""Two editors at one form: what only one of them changed is kept, what both changed is asked about.

A form carries, signed, what it showed when it was opened. On the way back that is compared with what stands there now
and with what was sent: a field that this editor left alone takes what stands there, one that nobody else touched takes
what was sent, and one that both changed differently goes on a page with both versions. So no save undoes another.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

#: Names in the form; no field of a model begins with an underscore.
BASE, SEEN, CHOICE = "_base", "_seen", "_choice:"
MINE, THEIRS = "mine", "theirs"
SALT = "desk.form"
UNKNOWN = "\0"  # what no field holds
Values = dict[str, list[str]]


@dataclass
class Shown:
    """One form as a page shows it: where it stands in the form data, and what its fields hold."""

    prefix: str
    label: str
    values: Values
    labels: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)

    def spoken(self, name: str, sent: list[str]) -> str:
        """Values as an editor knows them: names instead of keys."""
        return ", ".join(one for one in map(_speaker(self.fields.get(name)), sent) if one)


@dataclass(frozen=True)
class Conflict:
    """`field` is empty where one of the two removed the whole row."""

    row: str
    row_label: str
    field: str
    label: str
    theirs: str
    mine: str

    @property
    def name(self) -> str:
        return f"{CHOICE}{self.row}:{self.field}"


def shown_rows(form: Any, formsets: list[Any]) -> dict[str, Shown]:
    """Every form of a page by the row it edits, those for new rows left out."""
    rows = {"": _shown(form, "")}
    for formset in formsets:
        _add_rows(rows, formset, "")
    return rows


def _add_rows(rows: dict[str, Shown], formset: Any, above: str) -> None:
    name = formset.prefix.rpartition("-")[2] if above else formset.prefix
    for form in formset.initial_forms:
        key = f"{above}{name}#{form.instance.pk}"
        rows[key] = _shown(form, str(form.instance))
        if (nested := getattr(form, "evidence", None)) is not None:
            _add_rows(rows, nested, f"{key}/")


def _shown(form: Any, label: str) -> Shown:
    values, labels = {}, {}
    for name, bound_field in form.fields.items():
        if bound_field.disabled or name in ("id", "DELETE", "why"):
            continue
        bound = form[name]
        values[name] = _as_sent(bound_field, bound.initial)
        labels[name] = str(bound.label)
    return Shown(form.prefix or "", label[:120], values, labels, dict(form.fields))


def _as_sent(form_field: Any, initial: Any) -> list[str]:
    """What a browser would send for this value, if nobody touched it."""
    value = form_field.prepare_value(initial)
    widget = getattr(form_field.widget, "widget", form_field.widget)
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    if isinstance(widget, forms.SelectMultiple):
        return sorted(str(getattr(one, "pk", one)) for one in value or [])
    formatted = widget.format_value(value)
    if isinstance(formatted, list):
        return [_lines(str(one)) for one in formatted] or [""]
    return [_lines("" if formatted is None else str(formatted))]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class Guard:
    """Stands at the door of one form."""

    def __init__(self, admin: ModelAdmin[Any], request: HttpRequest, object_id: str) -> None:
        self.admin, self.request, self.object_id = admin, request, object_id

    def base(self, context: dict[str, Any]) -> str:
        """What the page shows, for its way back. After an error the page holds what was sent: so it is read anew."""
        if self.request.method == "POST":
            rows = self._rows_now() or {}
        else:
            rows = shown_rows(
                context["adminform"].form, [inline.formset for inline in context["inline_admin_formsets"]]
            )
        return signing.dumps({key: row.values for key, row in rows.items()}, salt=SALT, compress=True)

    def conflict(self) -> HttpResponse | None:
        """Puts what others saved meanwhile into the request; the page that asks, where both changed the same."""
        if not self.request.POST.get(BASE):
            return None  # sent by a script, which never saw a form
        now = self._rows_now()
        if now is None:
            return None
        base: dict[str, Values]
        try:
            base = signing.loads(self.request.POST[BASE], salt=SALT)
        except signing.BadSignature:
            # Signed with a key that has been changed since, or cut off on its way: whatever differs is asked about.
            base = {key: {name: [UNKNOWN] for name in row.values} for key, row in now.items()}
        seen = _digest(now)
        sent = self.request.POST.copy()
        answers = sent if sent.get(SEEN) == seen else QueryDict()
        conflicts = Merging(base, now, sent, answers).run()
        if not conflicts:
            self.request.POST = sent  # type: ignore[assignment]
            return None
        kept = [(name, value) for name, values in self.request.POST.lists() for value in values]
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": "Somebody else saved this meanwhile",
            "opts": self.admin.opts,
            "conflicts": conflicts,
            "kept": [(n, v) for n, v in kept if n not in (SEEN, "csrfmiddlewaretoken") and not n.startswith(CHOICE)],
            "seen": seen,
            "saves": self._last_saves(),
        }
        return TemplateResponse(self.request, "admin/conflict.html", context, status=409)

    def _last_saves(self) -> list[Any]:
        history = getattr(self.admin.model, "history", None)
        if history is None:
            return []
        rows = history.filter(id=unquote(self.object_id)).select_related("history_user")
        return list(rows.order_by("-history_date", "-history_id")[:3])

    def _rows_now(self) -> dict[str, Shown] | None:
        """The forms as somebody would see them who opened the page now."""
        admin: Any = self.admin
        quiet = copy.copy(self.request)
        quiet.method, quiet.POST = "GET", QueryDict()
        obj = admin.get_object(quiet, unquote(self.object_id))
        if obj is None or not admin.has_change_permission(quiet, obj):
            return None
        fields = flatten_fieldsets(admin.get_fieldsets(quiet, obj))
        form = admin.get_form(quiet, obj, change=True, fields=fields)(instance=obj)
        formsets, _ = admin._create_formsets(quiet, obj, change=True)
        return shown_rows(form, formsets)


def _digest(rows: dict[str, Shown]) -> str:
    text = json.dumps({key: row.values for key, row in rows.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Merging:
    """One pass over all rows. Changes `sent` in place."""

    def __init__(self, base: dict[str, Values], now: dict[str, Shown], sent: QueryDict, answers: QueryDict) -> None:
        self.base, self.now, self.sent, self.answers = base, now, sent, answers
        self.conflicts: list[Conflict] = []
        self.gone: list[str] = []
        self.back: list[str] = []

    def run(self) -> list[Conflict]:
        places = dict(self._places())
        for key, was in self.base.items():
            prefix = "" if key == "" else places.get(key)
            if prefix is None:
                continue  # the page was sent without this row: nothing of it is changed
            if key in self.now:
                self._row(key, prefix, was, self.now[key])
            elif not any(key.startswith(f"{one}/") for one in (*self.gone, *self.back)):
                self._removed(key, prefix, was)
        # Each takes a place away, so the places are looked up again.
        for key in self.gone:
            drop(self.sent, dict(self._places())[key])
        for key in self.back:
            put_back(self.sent, dict(self._places())[key])
        return self.conflicts

    def _places(self) -> Iterator[tuple[str, str]]:
        """Row -> prefix of its fields, by the keys that were sent along."""
        prefixes = [name.removesuffix("-INITIAL_FORMS") for name in self.sent if name.endswith("-INITIAL_FORMS")]
        for prefix in sorted(prefixes, key=len):
            for index in range(_number(self.sent, f"{prefix}-INITIAL_FORMS")):
                if not (pk := self.sent.get(f"{prefix}-{index}-id", "")):
                    continue
                outer, _, name = prefix.rpartition("-")
                yield self._key(outer, name if outer else prefix, pk), f"{prefix}-{index}-"

    def _key(self, outer: str, name: str, pk: str) -> str:
        if not outer:
            return f"{name}#{pk}"
        formset = outer.rpartition("-")[0]
        return f"{formset}#{self.sent.get(f'{outer}-id', '')}/{name}#{pk}"

    def _row(self, key: str, prefix: str, was: Values, row: Shown) -> None:
        if key and self.sent.get(f"{prefix}DELETE"):
            told = _told(row, was) or self._told_below(key)
            if told and self._asks(key, "", row.label, "", told, "You removed it."):
                return
            if told and self._answer(key, "") == THEIRS:
                self.sent.pop(f"{prefix}DELETE")
                self._take(prefix, row.values)
            return
        for name, before in was.items():
            theirs = row.values.get(name, before)
            mine = [_lines(one) for one in self.sent.getlist(prefix + name)]
            if len(before) != 1 or len(theirs) != 1 or len(mine) != 1:
                before, theirs, mine = sorted(before), sorted(theirs), sorted(mine)
            if mine == before or self._answer(key, name) == THEIRS:
                self._take(prefix, {name: theirs})
            elif theirs not in (before, mine):
                self._asks(
                    key, name, row.label, row.labels.get(name, name), row.spoken(name, theirs), row.spoken(name, mine)
                )

    def _removed(self, key: str, prefix: str, was: Values) -> None:
        mine = {name: [_lines(one) for one in self.sent.getlist(prefix + name)] for name in was}
        changed = [name for name in was if mine[name] != was[name]]
        below = self._sent_below(key, prefix)
        if not (changed or below) or self.sent.get(f"{prefix}DELETE") or self._answer(key, "") == THEIRS:
            self.gone.append(key)
        else:
            told = "; ".join([*(", ".join(mine[name]) for name in changed), *below])
            label = next((one for values in was.values() for one in values if one), "A row")
            if not self._asks(key, "", label, "", "It was removed.", told):
                self.back.append(key)

    def _told_below(self, key: str) -> str:
        """What others did to the rows that hang on this one."""
        told = [_told(row, self.base.get(name, {})) for name, row in self.now.items() if name.startswith(f"{key}/")] + [
            "A row of it was removed." for name in self.base if name.startswith(f"{key}/") and name not in self.now
        ]
        return "; ".join(one for one in told if one)

    def _sent_below(self, key: str, prefix: str) -> list[str]:
        """What was sent of the rows that hang on this one, where it is another than the page had shown."""
        places = dict(self._places())
        found = []
        for name, was in self.base.items():
            if name.startswith(f"{key}/") and (place := places.get(name)) is not None:
                sent = {field: [_lines(one) for one in self.sent.getlist(place + field)] for field in was}
                found += [", ".join(sent[field]) for field in was if sent[field] != was[field]]
        nested = f"{prefix}evidence"
        for index in range(_number(self.sent, f"{nested}-INITIAL_FORMS"), _number(self.sent, f"{nested}-TOTAL_FORMS")):
            found += [one for field in ("source", "quote") if (one := self.sent.get(f"{nested}-{index}-{field}", ""))]
        return found

    def _answer(self, key: str, name: str) -> str:
        return self.answers.get(f"{CHOICE}{key}:{name}", "")

    def _asks(self, key: str, name: str, row_label: str, label: str, theirs: str, mine: str) -> bool:
        """False where it has been answered."""
        if self._answer(key, name) in (MINE, THEIRS):
            return False
        self.conflicts.append(Conflict(key, row_label, name, label, theirs, mine))
        return True

    def _take(self, prefix: str, values: Values) -> None:
        for name, theirs in values.items():
            self.sent.setlist(prefix + name, theirs)


def _told(row: Shown, was: Values) -> str:
    changed = [name for name, value in row.values.items() if was.get(name) != value]
    return "; ".join(f"{row.labels.get(name, name)}: {row.spoken(name, row.values[name])}" for name in changed)


def _speaker(form_field: Any) -> Callable[[str], str]:
    choices: dict[str, str]
    queryset: Any = getattr(form_field, "queryset", None)
    if isinstance(form_field, forms.ModelChoiceField):

        def named(sent: str) -> str:
            row = queryset.filter(pk=sent).first() if sent.isdecimal() and len(sent) < 19 else None
            return str(row) if row is not None else sent.removeprefix("new:")

        return named
    if isinstance(form_field, forms.ChoiceField):
        listed: Any = form_field.choices
        choices = {str(value): str(label) for value, label in listed if value}
        return lambda sent: choices.get(sent, sent)
    return lambda sent: sent


def _number(sent: QueryDict, name: str) -> int:
    text = sent.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _split(prefix: str) -> tuple[str, int]:
    formset, _, index = prefix.rstrip("-").rpartition("-")
    return formset, int(index)


def drop(sent: QueryDict, prefix: str) -> None:
    """Takes one row out of a form's data; those after it move up."""
    formset, index = _split(prefix)
    total = _number(sent, f"{formset}-TOTAL_FORMS")
    for name in [name for name in sent if name.startswith(prefix)]:
        del sent[name]
    for later in range(index + 1, total):
        _move(sent, f"{formset}-{later}-", f"{formset}-{later - 1}-")
    sent[f"{formset}-TOTAL_FORMS"] = str(total - 1)
    sent[f"{formset}-INITIAL_FORMS"] = str(_number(sent, f"{formset}-INITIAL_FORMS") - 1)


def put_back(sent: QueryDict, prefix: str) -> None:
    """Makes a row that is gone a new one: it moves behind the others, without its key."""
    formset, _ = _split(prefix)
    row = {name.removeprefix(prefix): sent.getlist(name) for name in sent if name.startswith(prefix)}
    drop(sent, prefix)
    total = _number(sent, f"{formset}-TOTAL_FORMS")
    for name, values in row.items():
        # Its own key, the keys of what hangs on it, and what those point at.
        if name.rpartition("-")[2] in (
            "id",
            "offering",
        ):
            values = [""]
        if name.endswith("INITIAL_FORMS"):
            values = ["0"]
        sent.setlist(f"{formset}-{total}-{name}", values)
    sent[f"{formset}-TOTAL_FORMS"] = str(total + 1)


def _move(sent: QueryDict, old: str, new: str) -> None:
    for name in [name for name in sent if name.startswith(old)]:
        sent.setlist(new + name.removeprefix(old), sent.getlist(name))
        del sent[name]
