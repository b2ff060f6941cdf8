# SPDX-License-Identifier: Apache-2.0
"""The Lineage tab on a real cloud: three generations, on both kinds of storage."""

from dataclasses import dataclass

import lxml.html
import pytest

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.workshop import PATIENCE, Workshop, unique
from tests.conftest import Connect

AJAX = {"X-Requested-With": "XMLHttpRequest"}
# Volumes made from a snapshot are copies on one, and depend on it on the other.
STORAGE = ["ssd", "linked"]


@dataclass(frozen=True)
class Chain:
    """A volume, what was made from its older snapshot, what was made from that one's, ..."""

    root: str
    older: str
    newer: str
    second: str
    between: str
    third: str


def _made_from(workshop: Workshop, snapshot_id: str) -> str:
    made = workshop.owner.block_storage.create_volume(
        name=unique("made"), size=1, snapshot_id=snapshot_id
    )
    workshop.adopt_volume(made.id)
    return str(workshop.settled(made.id).id)


@pytest.fixture(scope="module", params=STORAGE)
def chain(request: pytest.FixtureRequest, shared_workshop: Workshop) -> Chain:
    """Three generations of volumes, made with a client of its own."""
    root = shared_workshop.volume("root", volume_type=request.param).id
    older = shared_workshop.snapshot(root, "older").id
    newer = shared_workshop.snapshot(root, "newer").id
    second = _made_from(shared_workshop, older)
    between = shared_workshop.snapshot(second, "between").id
    third = _made_from(shared_workshop, between)
    return Chain(root, older, newer, second, between, third)


def _tree(who: Visitor, path: str) -> list[str]:
    """Return the nodes of a tab with what they hang on, in order, as "kind:id"."""
    answer = who.session.get(who.base + path, headers=AJAX, timeout=60)
    assert answer.status_code == 200, answer.text[:500]
    found = []
    for each in lxml.html.fromstring(answer.text).xpath("//li[@data-sd-node]"):
        above = [one.get("data-sd-node") for one in each.xpath("ancestor::li[@data-sd-node]")]
        found.append("/".join([*above, each.get("data-sd-node")]))
    return found


def _volume_tab(volume_id: str, dashboard: str = "project") -> str:
    return f"/{dashboard}/volumes/{volume_id}/?tab=volume_details__lineage_tab"


def _snapshot_tab(snapshot_id: str, dashboard: str = "project") -> str:
    return f"/{dashboard}/snapshots/{snapshot_id}?tab=snapshot_details__lineage_tab"


def _whole(chain: Chain) -> list[str]:
    root, older = f"volume:{chain.root}", f"volume:{chain.root}/snapshot:{chain.older}"
    second = f"{older}/volume:{chain.second}"
    between = f"{second}/snapshot:{chain.between}"
    newer = f"{root}/snapshot:{chain.newer}"
    return [root, newer, older, second, between, f"{between}/volume:{chain.third}"]


@pytest.mark.parametrize("panels", ["project", "admin"])
def test_the_whole_chain_is_seen_from_its_beginning_and_from_its_snapshots(
    panels: str, chain: Chain, visit: Visit
) -> None:
    who = visit("anna") if panels == "project" else visit("admin")
    whole = _whole(chain)
    assert _tree(who, _volume_tab(chain.root, panels)) == whole
    assert _tree(who, _snapshot_tab(chain.newer, panels)) == whole


def test_from_its_end_the_siblings_are_missing(chain: Chain, anna: Visitor) -> None:
    expected = [each for each in _whole(chain) if chain.newer not in each]
    assert _tree(anna, _volume_tab(chain.third)) == expected
    assert _tree(anna, _snapshot_tab(chain.between)) == expected


def test_another_project_sees_nothing_of_it(chain: Chain, visit: Visit) -> None:
    otto = visit("otto")
    for path in (_volume_tab(chain.root), _snapshot_tab(chain.newer)):
        answer = otto.session.get(otto.base + path, headers=AJAX, timeout=60)
        assert "data-sd-node" not in answer.text
    token = {"X-CSRFToken": otto.session.cookies.get("csrftoken") or "", **AJAX}
    for field in ({"of": chain.older}, {}):
        answer = otto.session.post(
            f"{otto.base}/project/volumes/{chain.root}/lineage/",
            data=field,
            headers={**token, "Referer": otto.base},
            timeout=60,
        )
        assert answer.status_code == 200
        assert "data-sd-node" not in answer.text
        assert chain.second not in answer.text


def test_a_source_that_was_deleted_is_not_there_and_not_explained(
    workshop: Workshop, anna: Visitor
) -> None:
    """Copies live on without their snapshot; Cinder goes on to name it."""
    root = workshop.volume("root", volume_type="ssd").id
    source = workshop.snapshot(root, "source").id
    copy = _made_from(workshop, source)
    workshop.owner.block_storage.delete_snapshot(source)
    wait_until(
        lambda: not workshop.snapshots_of(root), seconds=PATIENCE, what="the snapshot to go away"
    )
    assert _tree(anna, _volume_tab(copy)) == [f"unseen:{source}", f"unseen:{source}/volume:{copy}"]


def test_a_snapshot_of_another_project_is_seen_by_the_administrator_alone(
    workshop: Workshop, visit: Visit, connect: Connect
) -> None:
    volume = workshop.volume("watched").id
    foreign = connect("admin", "admin").block_storage.create_snapshot(
        volume_id=volume, name=unique("foreign")
    )
    workshop.wait_for(lambda: workshop.admin.block_storage.get_snapshot(foreign.id), "available")
    node = f"volume:{volume}/snapshot:{foreign.id}"
    assert _tree(visit("anna"), _volume_tab(volume)) == [f"volume:{volume}"]
    assert node in _tree(visit("admin"), _volume_tab(volume, "admin"))
