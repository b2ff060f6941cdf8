# SPDX-License-Identifier: Apache-2.0
"""Hypothesis profile: deterministic and fast examples."""

from pathlib import Path

from hypothesis import HealthCheck, configuration, settings

configuration.set_hypothesis_home_dir(Path(__file__).resolve().parents[3] / ".state/hypothesis")
# No deadline for one example: the machine may be busy.
settings.register_profile(
    "unit",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unit")
