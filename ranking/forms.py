"""What a reader asks of a comparison, read from an address: one form for the page and the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from catalog.choices import LicenceClass
from catalog.wording import grouped
from ranking.comparison.preferences import WEIGHED, WEIGHT, Preferences, Workload

#: More than anybody uses in a month; a longer number is a slip, or an attack on the layout.
MOST = 10**15
LICENCES = [(value, label) for value, label in LicenceClass.choices if value != LicenceClass.UNKNOWN]
WEIGHTS = {f"{WEIGHT}{name}": name for name in WEIGHED}


class _Slugs(forms.MultipleChoiceField):
    """Capabilities by slug; which of them are in the comparison, the comparison knows."""

    def valid_value(self, value: str) -> bool:
        return 0 < len(value) <= 120 and all(c.isascii() and (c.isalnum() or c == "-") for c in value)


def _number(field: type[forms.Field], label: str, most: int, told: str) -> Any:
    """One sentence for all that can be wrong with it, and it says which field it is about."""
    text = f"{label}: write {told}."
    messages = dict.fromkeys(("invalid", "min_value", "max_value"), text)
    return field(min_value=0, max_value=most, required=False, label=label, error_messages=messages)  # type: ignore[call-arg]


def _amount(label: str) -> Any:
    return _number(forms.IntegerField, label, MOST, f"a whole number from 0 to {grouped(MOST)}")


def _share(label: str) -> Any:
    return _number(forms.FloatField, label, 100, "a number from 0 to 100")


class PreferencesForm(forms.Form):
    input_tokens = _amount("Input tokens a month")
    output_tokens = _amount("Output tokens a month")
    calls = _amount("Calls a month")
    w_adoption = _share("Adoption")
    w_quality = _share("Quality")
    w_ecosystem = _share("Ecosystem")
    w_match = _share("Match")
    w_freshness = _share("Freshness")
    w_price = _share("Price")
    capability = _Slugs(required=False, label="It has to do")
    licence = forms.MultipleChoiceField(choices=LICENCES, required=False, label="Its licence has to be")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        weights = [given.get(name) for name in WEIGHTS if given.get(name) is not None]
        if weights and not any(weights) and not any(name in self.errors for name in WEIGHTS):
            raise forms.ValidationError("All weights are 0, so nothing would decide. Give one of them a weight.")
        return given

    def preferences(self) -> Preferences:
        """What was understood; what has an error is left out, and all weights with it where they are all 0."""
        self.full_clean()
        given = self.cleaned_data
        weights = {name: given[field] for field, name in WEIGHTS.items() if given.get(field) is not None}
        return Preferences(
            Workload(*(given.get(name) or 0 for name in ("input_tokens", "output_tokens", "calls"))),
            weights if any(weights.values()) else {},
            tuple(dict.fromkeys(given.get("capability") or ())),
            tuple(dict.fromkeys(given.get("licence") or ())),
        )


#: The parameters a comparison reads.
PARAMETERS = tuple(PreferencesForm.base_fields)


def preferences_in(data: QueryDict) -> tuple[Preferences, dict[str, list[str]]]:
    """What was understood, and what was not, by parameter; `__all__` is about all of them."""
    if data.keys().isdisjoint(PARAMETERS):  # as nearly everybody asks; a form takes longer than the verdict
        return Preferences(Workload(0, 0, 0)), {}
    form = PreferencesForm(data)
    return form.preferences(), {name: [str(text) for text in texts] for name, texts in form.errors.items()}
