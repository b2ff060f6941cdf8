# SPDX-License-Identifier: Apache-2.0
"""What pages say of prices: about, as the person reads numbers, and nothing without a setting."""

from typing import Any

import pytest
from django.utils import translation

from snapshot_dashboard.panels.common import prices
from snapshot_dashboard.panels.common.quota import texts
from snapshot_dashboard.panels.common.quota_of_several import quota_texts, together
from snapshot_dashboard.rules.quota import Limit
from tests.unit.cloud.wire import Wire
from tests.unit.panels.features.create_volume.test_create_volume import ready as ready
from tests.unit.panels.features.snapshot_set.snapshot_sets import OF_INSTANCE, running
from tests.unit.panels.person import CREATE_SNAPSHOT, CREATE_VOLUME, Person

LIMITS = {"snapshots": Limit(7, 10), "gigabytes": Limit(940, 1000), "volumes": Limit(1, 9)}
HOSTILE = "<b>'\"&"


def priced(settings: Any, currency: str = "NZD", **types: object) -> None:
    """Let the operator give prices; without types one for all of them."""
    given = {"currency": currency, "types": types or {"*": "0.05"}}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": given}


def test_without_a_setting_nothing_is_said(settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {}
    assert not prices.of_snapshots([(20, "ssd")]) and not prices.of_volumes([(20, "ssd")])
    assert len(texts(LIMITS, "snapshots", 20, "ssd")) == 2


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([(50, "ssd")], "About <bdi>NZD</bdi> 2.50 a month while it exists."),
        ([(50, None)], "About <bdi>NZD</bdi> 2.50 a month while it exists."),
        ([(50, "ssd"), (1, "hdd")], "About <bdi>NZD</bdi> 2.55 a month while they exist."),
        ([(30_000, "ssd")], "About <bdi>NZD</bdi> 1,500 a month while it exists."),
        ([(0, "ssd")], "About <bdi>NZD</bdi> 0.00 a month while it exists."),
        (
            [(50, "ssd"), (None, "ssd")],
            "About <bdi>NZD</bdi> 2.50 a month while they exist. "
            "Those whose price is not known are left out.",
        ),
        ([(None, "ssd")], ""),
        ([], ""),
    ],
)
def test_what_something_costs_is_told_in_words(settings: Any, parts: Any, said: str) -> None:
    priced(settings)
    assert str(prices.of_snapshots(parts)) == said


def test_what_is_less_than_can_be_shown_is_told_so(settings: Any) -> None:
    priced(settings, **{"*": "0.0001"})
    said = "Less than <bdi>NZD</bdi> 0.01 a month while it exists."
    assert str(prices.of_snapshots([(1, "ssd")])) == said


def test_numbers_are_written_as_the_person_reads_them(settings: Any) -> None:
    priced(settings, **{"*": "1.5"})
    with translation.override("de"):
        assert "2,25" not in str(prices.of_snapshots([(1, "ssd")]))
        assert "NZD</bdi> 1,50" in str(prices.of_snapshots([(1, "ssd")]))
        assert "NZD</bdi> 1.500" in str(prices.of_snapshots([(1000, "ssd")]))


def test_a_type_without_a_price_says_nothing_and_is_left_out_of_a_sum(settings: Any) -> None:
    priced(settings, **{"ssd": "0.05"})
    assert not prices.of_snapshots([(20, "hdd")]) and not prices.of_snapshots([(20, None)])
    said = str(prices.of_snapshots([(20, "hdd"), (20, "ssd")]))
    assert "1.00 a month while they exist. Those whose price" in said


def test_of_a_volume_the_size_is_told_that_it_is_said_of(settings: Any) -> None:
    priced(settings)
    said = str(prices.of_volumes([(1000, "ssd"), (20, "ssd")]))
    assert said == "With 1,020 GiB about <bdi>NZD</bdi> 51.00 a month while they exist."


def test_a_hostile_currency_stays_text(settings: Any) -> None:
    priced(settings, HOSTILE)
    assert "<b>" not in str(prices.of_snapshots([(20, "ssd")]))
    assert "&lt;b&gt;" in str(prices.of_snapshots([(20, "ssd")]))


def test_it_is_the_last_line_of_the_limits_also_of_those_that_cannot_be_read(settings: Any) -> None:
    priced(settings)
    one, several = (20, "ssd"), [(20, "ssd"), (20, "ssd")]
    for limits in (LIMITS, None):
        assert "1.00 a month" in texts(limits, "snapshots", *one)[-1].text
        assert "1.00 a month" in texts(limits, "volumes", *one)[-1].text
        assert "2.00 a month" in quota_texts(limits, several)[-1].text
        assert "2.00 a month" in together(limits, several, "volumes")[-1].text
        # What a backup costs nobody has said.
        backups = texts(limits, "backups", *one)
        assert not any("month" in each.text for each in backups)


def test_the_dialogs_say_it(wire: Wire, ready: Wire, person: Person, settings: Any) -> None:
    priced(settings, **{"*": "9", "ssd": "0.05"})
    dialog = person.get(CREATE_VOLUME, dialog=True)
    assert "With 20 GiB about NZD 1.00 a month while it exists." in dialog.text
    wire.volume()
    assert "About NZD 1.00 a month while it exists." in (
        person.get(CREATE_SNAPSHOT, dialog=True).text
    )
    running(wire, "v1", "v2")
    said = person.get(OF_INSTANCE, dialog=True).text
    assert "About NZD 2.00 a month while they exist." in said
