# SPDX-License-Identifier: Apache-2.0
"""Two settings of the drivers that take effect without a restart.

``delay`` holds the seconds that each driver operation takes, so that states such as
"creating" can be watched. ``fail`` holds the driver operations that fail, separated by
spaces. A missing file means no delay and no failure.
"""

from pathlib import Path

# Named as the methods of Cinder's driver interface that do work for a person; the last one is of
# Nova's, for which there is no delay.
OPERATIONS = (
    "create_volume",
    "delete_volume",
    "extend_volume",
    "create_cloned_volume",
    "create_volume_from_snapshot",
    "create_snapshot",
    "delete_snapshot",
    "revert_to_snapshot",
    "clone_image",
    "copy_volume_to_image",
    "initialize_connection",
    "terminate_connection",
    "quiesce",
)


def set_delay(folder: Path, seconds: float) -> None:
    """Let each driver operation take ``seconds``. Raises ValueError below zero."""
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"A delay is a number of seconds from 0 up, not {seconds}.")
    _write(folder / "delay", f"{seconds:g}")


def set_failures(folder: Path, operations: list[str]) -> None:
    """Let these driver operations fail, and no others.

    Raises ValueError for an operation that the driver does not have.
    """
    unknown = sorted(set(operations) - set(OPERATIONS))
    if unknown:
        raise ValueError(
            f"No driver operation is called {', '.join(unknown)}. Known: {', '.join(OPERATIONS)}."
        )
    _write(folder / "fail", " ".join(operations))


def clear(folder: Path) -> None:
    """Put both knobs back: no delay, no failure."""
    for name in ("delay", "fail"):
        (folder / name).unlink(missing_ok=True)


def delay(folder: Path) -> float:
    """Seconds that a driver operation takes; 0 when the knob is not set or unreadable."""
    try:
        return max(0.0, float(_read(folder / "delay") or 0))
    except ValueError:
        return 0.0


def failures(folder: Path) -> frozenset[str]:
    """The driver operations that are to fail."""
    return frozenset(_read(folder / "fail").split())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _write(path: Path, text: str) -> None:
    """Replace the file in one step: the driver may read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)
