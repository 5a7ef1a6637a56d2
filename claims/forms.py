"""What owners type: whom they invite, and to whom they hand on."""

from __future__ import annotations

from django import forms

from claims.choices import Role

_ADDRESS = forms.EmailInput(attrs={"class": "field", "autocomplete": "off", "maxlength": 254})


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail address", max_length=254, widget=_ADDRESS)
    role = forms.ChoiceField(
        label="What they may do",
        choices=[
            (Role.MAINTAINER, "Maintainer: sees the numbers, keeps the listing right"),
            (Role.ANALYST, "Analyst: sees the numbers"),
            (Role.OWNER, "Owner: everything that you may do"),
        ],
        widget=forms.Select(attrs={"class": "field"}),
    )
    prefix = "invite"


class TransferForm(forms.Form):
    email = forms.EmailField(label="E-mail address of the new owner", max_length=254, widget=_ADDRESS)
    prefix = "transfer"
