# SPDX-License-Identifier: Apache-2.0
"""Measure both Horizons: ``python -m bench OURS_URL STOCK_URL`` (``make bench`` does it all)."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import requests

from bench import results
from bench.errors import Unmeasurable
from bench.plan import SHORT, THOROUGH, Plan, measure
from bench.results import Run
from bench.sides import OURS, STOCK, Side, worker_at
from demo.layout import ROOT, chosen_home
from devcloud.errors import DevcloudError


def main() -> int:
    """Measure, write it down, and print the tables."""
    options = _arguments().parse_args()
    home = chosen_home("bench")
    plan: Plan = SHORT if options.short else THOROUGH
    if options.repeats:
        plan = plan.repeated(options.repeats)
    if options.requests:
        plan = replace(plan, requests=options.requests)
    sides = [
        Side(name, base, worker_at(home, base))
        for name, base in ((OURS, options.ours), (STOCK, options.stock))
    ]
    run = Run(repeats=plan.patience.repeats, load=options.load)
    measure(home, sides, plan, run)
    written = run.as_json()
    print("\n" + results.as_text(written), flush=True)
    if options.output:
        options.output.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    if not options.short:
        kept = results.save(written).relative_to(ROOT)
        results.into_readme(written, str(kept.with_suffix(".rst")))
        print(kept)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("ours")
    parser.add_argument("stock")
    parser.add_argument("--repeats", type=int, help="of what is quick")
    parser.add_argument("--requests", type=int, help="while memory is watched")
    parser.add_argument("--short", action="store_true", help="small numbers, nothing kept")
    now = os.getloadavg()[0]
    parser.add_argument("--load", type=float, default=now, help="of the machine, before it began")
    parser.add_argument("--output", type=Path, help="a file for the figures, as JSON")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unmeasurable, DevcloudError, requests.RequestException) as problem:
        print(f"\nNot measured: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
