# SPDX-License-Identifier: Apache-2.0
"""Tables are valid and name what was not measured; the rest of the README is kept."""

import re
from pathlib import Path
from typing import Any

import docutils.core  # type: ignore[import-untyped]
import pytest

from bench import goals, results, tables
from tests.unit.bench.figures import both, run


@pytest.fixture
def written() -> dict[str, Any]:
    """A run with something of everything."""
    page = {"Volumes": both(200, 2500, calls=5, cloud_bytes=4096)}
    row = {"1 volume's row": both(50, 1000), "100 volumes' rows": {"ours": both(60, 1)["ours"]}}
    found = run(small={**page, **row}, large={**page, **row})
    took = {"requested": 1.0, "available": 2.0, "made": 100, "calls": 400}
    return found | {
        "notes": ["A note."],
        "floors": {"small": {"Volumes": 58.4}},
        "browser": {"small": {"Volumes": {"ours": 500.0, "stock": 3000.0}}},
        "sets": {"volumes": 100, "ours": took, "cinder": took},
        "made_from": {"checked": 10_000, "first": 0.4, "whole": 5.0, "calls": 20},
        "memory": {
            **{"requests": 10_000, "warm_up": 500, "slope": 0.0},
            **{"start": 160.0, "middle": 161.0, "end": 161.0},
        },
    }


def cells(table: str, start: str) -> list[str]:
    """Return the cells of the first line that begins so."""
    rule, *lines = table.splitlines()
    line = next(each for each in lines if each.startswith(start)).ljust(len(rule))
    ends = [len(each) for each in rule.split(" ")]
    found, position = [], 0
    for width in ends:
        found.append(line[position : position + width].strip())
        position += width + 1
    return found


def test_a_line_of_the_table(written: dict[str, Any]) -> None:
    assert cells(tables.figures(written), "small Volumes") == [
        *("small", "Volumes", "2500", "200", "12.5x", "58"),
        *("1", "1", "0 / 5", "0 / 4", "0 / 0", "3 / 3"),
    ]
    assert cells(tables.figures(written), "large Volumes")[5] == "-"


def test_what_stock_was_not_asked_for(written: dict[str, Any]) -> None:
    found = cells(tables.figures(written), "small 100 volumes' rows")
    assert found[2:5] == ["-", "60", "-"]
    assert found[8] == "- / 0"


def test_the_sizes_stand_beside_each_other_in_the_readme(written: dict[str, Any]) -> None:
    written["figures"]["large"]["Volumes"] = both(250, 5000, calls=5)
    found = cells(tables.essential(written), "Volumes")
    assert found == ["Volumes", "2500", "200", "12.5x", "5000", "250", "20.0x", "0 / 5"]
    assert "100 volumes' rows" not in tables.essential(written)


def test_a_goal_that_is_not_met_cannot_be_overlooked(written: dict[str, Any]) -> None:
    assert cells(tables.reached(written), "Pages, large")[1:] == ["12.5x: Volumes, large", "NO"]
    assert cells(tables.reached(written), "Pages of ours")[2] == "yes"


def test_every_table_is_restructured_text(written: dict[str, Any]) -> None:
    docutils.core.publish_doctree(
        results.as_text(written), settings_overrides={"halt_level": 2, "report_level": 5}
    )


class TestReadme:
    """The README between its two marks."""

    def test_only_what_is_between_the_marks_is_replaced(
        self, written: dict[str, Any], tmp_path: Path
    ) -> None:
        readme = tmp_path / "README.rst"
        readme.write_text("before\n\n.. bench: begin\n\nold\n\n.. bench: end\n\nafter\n")
        for _twice in range(2):
            results.into_readme(written, "bench/results/x.rst", readme)
        text = readme.read_text()
        assert text.startswith("before\n\n.. bench: begin\n\nMeasured 2026-11-24 at commit 0123")
        assert text.endswith("<bench/results/x.rst>`_.\n\n.. bench: end\n\nafter\n")
        assert "old" not in text
        assert tables.essential(written) in text
        assert text.count("Measured") == 1

    def test_it_has_a_table_one_sentence_and_a_link(
        self, written: dict[str, Any], tmp_path: Path
    ) -> None:
        readme = tmp_path / "README.rst"
        readme.write_text(".. bench: begin\n.. bench: end\n")
        results.into_readme(written, "bench/results/x.rst", readme)
        after = readme.read_text().rpartition("==\n")[2].partition("\n.. bench: end")[0]
        said = re.fullmatch(r"\n(\d+) of (\d+) goals are met: `.*<bench/results/x.rst>`_.\n", after)
        assert said
        met = [each.met for each in goals.of(written)]
        assert (int(said[1]), int(said[2])) == (sum(met), len(met))
        assert "Not met" not in readme.read_text()

    @pytest.mark.parametrize("text", ["", ".. bench: begin\n", ".. bench: end\n"])
    def test_without_both_marks_nothing_is_written(
        self, written: dict[str, Any], tmp_path: Path, text: str
    ) -> None:
        readme = tmp_path / "README.rst"
        readme.write_text(text)
        with pytest.raises(ValueError, match="lacks the marks"):
            results.into_readme(written, "x", readme)
        assert readme.read_text() == text


def test_the_figures_and_the_tables_are_kept_side_by_side(
    written: dict[str, Any], tmp_path: Path
) -> None:
    kept = results.save(written, tmp_path / "results")
    assert kept.name == "2026-11-24-0123456789ab.json"
    assert "A note." in kept.with_suffix(".rst").read_text()


def test_a_run_says_what_it_was_made_with() -> None:
    written = results.Run(repeats=9).as_json()
    assert {"Python", "horizon", "Django"} <= written["versions"].keys()
    assert "cores" in written["machine"]
