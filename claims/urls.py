"""Owners' addresses, and the badge that everybody may show."""

from __future__ import annotations

from django.urls import path

from claims.views import (
    answering,
    badges,
    demo_proof,
    keys,
    listing,
    manifest,
    numbers,
    owning,
    people,
    replies,
    requests,
)

app_name = "claims"
urlpatterns = [
    path("badge/<slug:slug>.svg", badges.badge_image, name="badge"),
    path(".well-known/unfragile.json", demo_proof.well_known, name="demo-proof"),
    path("owner/", owning.home, name="home"),
    path("owner/claim/<slug:slug>/", owning.start, name="start"),
    path("owner/claims/<int:pk>/", owning.claim_page, name="claim"),
    path("owner/claims/<int:pk>/check/", owning.check_now, name="check"),
    path("owner/claims/<int:pk>/another-way/", owning.another_way, name="another-way"),
    path("owner/claims/<int:pk>/give-up/", owning.give_up, name="give-up"),
    # Who looks after it.
    path("owner/claims/<int:pk>/people/", people.people_page, name="people"),
    path("owner/claims/<int:pk>/people/<int:member>/", people.member, name="member"),
    path("owner/claims/<int:pk>/leave/", people.leave, name="leave"),
    path("owner/claims/<int:pk>/invitations/<int:invitation>/withdraw/", people.withdraw, name="withdraw-invitation"),
    path("owner/claims/<int:pk>/transfer/", people.hand_on, name="hand-on"),
    path("owner/claims/<int:pk>/transfer/call-off/", people.call_off, name="call-off"),
    path("owner/invitations/<int:pk>/", answering.invitation, name="invited"),
    path("owner/invitations/<str:token>/", answering.invitation, name="invitation"),
    path("owner/transfers/<int:pk>/", answering.transfer, name="offered"),
    path("owner/transfers/<str:token>/", answering.transfer, name="transfer"),
    # Keys for programs.
    path("owner/keys/", keys.key_list, name="keys"),
    path("owner/keys/<int:pk>/", keys.key_page, name="key"),
    path("owner/keys/<int:pk>/revoke/", keys.key_revoke, name="key-revoke"),
    # Keeping it right: what an owner changes and proposes.
    path("owner/claims/<int:pk>/listing/", listing.listing_page, name="listing"),
    path("owner/claims/<int:pk>/proposals/", listing.proposals_page, name="proposals"),
    path("owner/claims/<int:pk>/proposals/<int:proposal>/withdraw/", listing.withdraw, name="withdraw-proposal"),
    # What people looked for, and the letter about it.
    path("owner/claims/<int:pk>/numbers/", numbers.numbers_page, name="numbers"),
    path("owner/claims/<int:pk>/numbers.csv", numbers.numbers_file, name="numbers-file"),
    path("owner/claims/<int:pk>/numbers/letter/", numbers.letter, name="numbers-letter"),
    path("owner/digest/<str:token>/", numbers.digest, name="digest"),
    # What the repository's own file says, and what is asked of the editors.
    path("owner/claims/<int:pk>/manifest/", manifest.manifest_page, name="manifest"),
    path("owner/claims/<int:pk>/manifest/read/", manifest.read_now, name="manifest-read"),
    path("owner/claims/<int:pk>/requests/", requests.requests_page, name="requests"),
    path("owner/claims/<int:pk>/replies/", replies.replies_page, name="replies"),
    path("owner/claims/<int:pk>/replies/<int:reply>/withdraw/", replies.withdraw, name="reply-withdraw"),
]
