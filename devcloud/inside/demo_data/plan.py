# SPDX-License-Identifier: Apache-2.0
"""What the demo data consists of."""

from dataclasses import KW_ONLY, dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Volume:
    """A volume with the names of its snapshots, oldest first; sizes are in GiB.

    With ``agent`` it is a system disk whose image has a guest agent.
    """

    name: str
    size: int = 1
    type: str = "ssd"
    _: KW_ONLY
    description: str = ""
    bootable: bool = False
    agent: bool = False
    snapshots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Child:
    """A volume made from a snapshot, with a snapshot of its own if one is named."""

    name: str
    source: str
    type: str = "ssd"
    snapshot: str = ""


@dataclass(frozen=True)
class Instance:
    """An instance with its volumes by name and the state it ends up in.

    Without a root volume it is started from the image.
    """

    name: str
    state: str = "ACTIVE"
    root: str = ""
    data: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stuck:
    """A snapshot that has been in an in-between status for some hours."""

    snapshot: str
    status: str
    hours: int


def _nightly(nights: int) -> tuple[str, ...]:
    today = date.today()
    days = (today - timedelta(days=ago) for ago in range(nights, 0, -1))
    return tuple(f"nightly {day.isoformat()}" for day in days)


# What an image says of which Nova freezes the file systems of an instance, or takes no snapshot.
AGENT_IMAGE = "tiny-agent"
AGENT_PROPERTIES = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}

# An instance's volumes are named after what they hold, as people name them.
WEB_SHOP_INSTANCES = (
    Instance("web-1", root="web-root", data=("web-data",)),
    Instance("shop-1", root="shop-root", data=("shop-data",)),
    Instance("app-1", data=("app-data",)),
    Instance("db-1", "SHUTOFF", data=("db-data", "db-log")),
    Instance("cache-1", "PAUSED", data=("cache-data",)),
    Instance("batch-1", "SUSPENDED", data=("batch-data",)),
    Instance("staging-1", "SHELVED", data=("staging-data",)),
    Instance("archive-1", "SHELVED_OFFLOADED", data=("archive-data",)),
    Instance("legacy-1", "SHELVED_OFFLOADED", root="legacy-root", data=("legacy-data",)),
    Instance("mail-1", "RESCUE", data=("mail-data",)),
    Instance("report-1", "ERROR", data=("report-data",)),
)

# They use one volume; Cinder attaches it to the second when the first one has it.
SHARING_INSTANCES = (
    Instance("media-1", data=("media-uploads",)),
    Instance("media-2", data=("media-uploads",)),
)

# Lists show what was made last first. Those that README's stories name are therefore made last.
_OF_INSTANCES = (
    Volume("app-data", 5, snapshots=("before release 4.1", "before release 4.2")),
    Volume("db-log", 5, snapshots=_nightly(4)),
    Volume("cache-data", 1),
    Volume("batch-data", 5, snapshots=("before year end",)),
    Volume("staging-data", 5, snapshots=("before load test",)),
    Volume("legacy-root", 2, bootable=True),
    Volume("legacy-data", 10, snapshots=("last known good",)),
    Volume("mail-data", 10, snapshots=_nightly(4)),
    Volume("report-data", 5),
    Volume("media-uploads", 10, "shared", description="On both media instances at once"),
)

_SPECIAL = (
    Volume("linked-base", 2, "linked", snapshots=("template",)),
    Volume(
        "cold-storage",
        5,
        "hdd",
        description="Its type allows no third snapshot",
        snapshots=("before cleanup", "after cleanup"),
    ),
    Volume(""),
    Volume(
        """Tom's "old" <b>disk</b> & $HOME""",
        description="""A name with quotes, a dollar sign and <i>markup</i>.""",
        snapshots=("""it's a "snapshot" of $5 & <more>""",),
    ),
    Volume("git-data", 10, snapshots=_nightly(5)),
)

_DETACHED = tuple(
    Volume(name, size)
    for name, size in (
        *((f"build-cache-{number}", 2) for number in range(1, 9)),
        *((f"customer-export-2026-{month:02}", 3) for month in range(1, 9)),
        *((f"old-web-{number}-root", 2) for number in range(2, 7)),
        ("load-test-results", 10),
        ("photos-2024", 30),
        ("photos-2025", 30),
        ("scratch", 1),
    )
)

# Volumes that get something of their own.
BACKED_UP = Volume("bookkeeping", description="Has a backup", snapshots=("before closing",))
SNAPSHOT_FAILS = Volume("fragile-data", description="Its snapshot failed")
LEFT_OVER = Volume("orphaned-data", 2, description="Its instance is gone, its attachment is not")

WEB_SHOP_VOLUMES = (
    *(*_DETACHED, *_SPECIAL, *_OF_INSTANCES),
    *(BACKED_UP, SNAPSHOT_FAILS, LEFT_OVER),
)

STORY_VOLUMES = (
    Volume("base-system", 2, bootable=True, snapshots=("golden state",)),
    Volume("wiki-data", 5, snapshots=_nightly(5)),
    Volume("db-data", 20, description="Orders and customers", snapshots=_nightly(8)),
    Volume("archive-data", 40, snapshots=("before move to archive",)),
    Volume("shop-root", 2, bootable=True, agent=True),
    Volume("shop-data", 5, snapshots=("before sale",)),
    Volume("web-data", 10, description="Product pictures", snapshots=("before upgrade",)),
    Volume("web-root", 2, bootable=True, snapshots=("before upgrade", "before kernel update")),
)

# Volumes that belong together, with a snapshot of all of them.
GROUP = "ledger"
GROUP_VOLUMES = (Volume("ledger-data", 5), Volume("ledger-log", 2))
GROUP_SNAPSHOT = "ledger before audit"

# Made one after the other: the second comes from a snapshot of the first.
WEB_SHOP_CHILDREN = (
    Child("base-system-copy", "golden state", snapshot="golden state, patched"),
    Child("base-system-patched", "golden state, patched"),
    Child("linked-copy", "template", "linked"),
)

RESEARCH_VOLUMES = (
    Volume("genome-raw", 20, snapshots=("as delivered", "after cleaning")),
    Volume("genome-results", 5, snapshots=("for the paper",)),
    Volume("notebook-data", 2),
)

# What the support staff is asked about. Of these snapshots some are then made to hang.
BLOG_VOLUMES = (
    Volume("blog-posts", 5, snapshots=("before redesign", "before theme change")),
    Volume("blog-archive", 10, snapshots=("yearly archive",)),
    Volume("blog-photos", 20, snapshots=("before clearing out",)),
    Volume("blog-drafts", 2, snapshots=("old drafts",)),
    Volume("blog-comments", 2, snapshots=("before spam filter",)),
    Volume("blog-newsletter", 2, description="Its owner cannot delete it, and cannot see why"),
)
BLOG_DAYS = 90

STUCK = (
    Stuck("before theme change", "creating", hours=3),
    Stuck("yearly archive", "creating", hours=3),
    Stuck("before clearing out", "deleting", hours=5),
)
# The storage service of this volume went down a moment after its snapshot was asked for.
DOWN = "blog-archive"
# A snapshot that the storage refused to delete, two days ago.
UNDELETABLE = "old drafts"
UNDELETABLE_HOURS = 48
# A volume with a snapshot that a backup left behind: Cinder does not count it.
TEMPORARY = "blog-comments"
# A volume with a snapshot that the administrator made, in a project of his own.
FOREIGN = "blog-newsletter"
FOREIGN_SNAPSHOT = "looked at by support"
