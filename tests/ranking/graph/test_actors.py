"""Who asked is told apart for a day, and by nothing that is kept."""

from __future__ import annotations

import datetime as dt

import pytest

from ranking.graph.actors import PERIOD, asker, destroy_old_salts, forget, network_of, period_of
from ranking.models import Salt

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 16)


def test_the_same_reader_is_the_same_actor_on_one_day_and_another_on_the_next():
    today, again = asker("203.0.113.7", "Firefox", on=DAY), asker("203.0.113.7", "Firefox", on=DAY)
    assert today == again
    assert asker("203.0.113.7", "Firefox", on=DAY + dt.timedelta(days=1)).actor != today.actor
    assert asker("203.0.113.7", "Chrome", on=DAY).actor != today.actor


def test_a_network_stays_the_same_for_its_thirty_days():
    first = period_of(DAY)
    one = asker("203.0.113.7", "a", on=first)
    assert asker("203.0.113.200", "b", on=first + dt.timedelta(days=PERIOD - 1)).network == one.network
    assert asker("203.0.113.7", "a", on=first + dt.timedelta(days=PERIOD)).network != one.network
    assert asker("203.0.114.7", "a", on=first).network != one.network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("not an address", "not an address"),
        ("", ""),
    ],
)
def test_networks(address, network):
    assert network_of(address) == network


def test_salts_die_a_day_after_their_day_and_nobody_can_tell_again():
    before = asker("203.0.113.7", "Firefox", on=DAY)
    assert destroy_old_salts(today=DAY + dt.timedelta(days=1)) == 0, "a token of yesterday is still read"
    destroy_old_salts(today=DAY + dt.timedelta(days=2))
    assert not Salt.objects.filter(purpose="actor", starts_on=DAY).exists()
    forget()
    assert asker("203.0.113.7", "Firefox", on=DAY).actor != before.actor


def test_the_salt_of_networks_outlives_its_period_by_a_day():
    asker("203.0.113.7", "a", on=DAY)
    end = period_of(DAY) + dt.timedelta(days=PERIOD)
    destroy_old_salts(today=end)
    assert Salt.objects.filter(purpose="network").exists()
    destroy_old_salts(today=end + dt.timedelta(days=1))
    assert not Salt.objects.filter(purpose="network").exists()


def test_all_processes_use_one_salt():
    """Whoever comes second finds the first one's."""
    one = asker("203.0.113.7", "a", on=DAY)
    forget()
    assert asker("203.0.113.7", "a", on=DAY) == one
