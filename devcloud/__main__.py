# SPDX-License-Identifier: Apache-2.0
"""``python3 -m devcloud``: starts, stops, describes, fills and disturbs the cloud."""

import argparse
import sys
from collections.abc import Callable

from devcloud import cloud, commands, knobs
from devcloud import settings as cloud_settings
from devcloud.errors import DevcloudError
from devcloud.settings import Settings

_EPILOG = f"""\
environment variables:
  DEVCLOUD_HOME       folder of the cloud's state and logs (default: {cloud_settings.DEFAULT_HOME})
  DEVCLOUD_PORT_BASE  first of its ports; the services use this one and the next ones, in the
                      order {", ".join(cloud_settings.SERVICES)}
                      (default: {cloud_settings.DEFAULT_PORT_BASE})
  DEVCLOUD_THREADS    threads that answer requests, per service
                      (default: {cloud_settings.DEFAULT_THREADS})
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = cloud_settings.from_environment()
        run: Callable[[Settings, argparse.Namespace], int] = options.run
        return run(settings, options)
    except (DevcloudError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m devcloud",
        description="A small real OpenStack on this machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(
        name: str, run: Callable[[Settings, argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=text, description=text)
        verb.set_defaults(run=run)
        return verb

    add("up", _up, "install what is missing and start the cloud; nothing happens when it is up")
    add("down", _down, "stop the cloud and keep its data")
    add("status", _status, "show each service: up or down, port, process, memory")
    add("reset", _reset, "stop the cloud, forget all its data, start it again")
    add("seed", _seed, "load the demo data, once")
    _add_knob(add("knob", _knob, "make the volume driver slow or failing, while it runs"))
    _add_bulk(add("bulk", _bulk, "clone database rows; for tests of what a page costs only"))
    _add_whole(add("whole-cloud", _whole, "clone rows for hundreds of projects, once; see bulk"))
    return parser


def _add_knob(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="knob", metavar="KNOB", required=True)
    delay = kinds.add_parser("delay", help="seconds that each driver operation takes")
    delay.add_argument("seconds", type=float)
    fail = kinds.add_parser("fail", help="driver operations that fail")
    fail.add_argument("operations", nargs="+", metavar="OPERATION", choices=knobs.OPERATIONS)
    kinds.add_parser("clear", help="no delay and no failure")


def _add_bulk(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", help="made, with a user of the same name, when it is missing")
    parser.add_argument("volumes", type=int)
    parser.add_argument("snapshots_per_volume", type=int)
    parser.add_argument(
        "--instances", type=int, default=0, help="instances, each with one of the volumes attached"
    )


def _add_whole(parser: argparse.ArgumentParser) -> None:
    for name, number in (
        ("projects", 300),
        ("volumes", 10_000),
        ("snapshots", 10_000),
        ("instances", 1_000),
    ):
        parser.add_argument(f"--{name}", type=int, default=number, help="default: %(default)s")


def _up(settings: Settings, _options: argparse.Namespace) -> int:
    cloud.up(settings)
    return 0


def _down(settings: Settings, _options: argparse.Namespace) -> int:
    cloud.down(settings)
    return 0


def _status(settings: Settings, _options: argparse.Namespace) -> int:
    print(cloud.describe(settings))
    return 0 if cloud.is_up(settings) else 1


def _reset(settings: Settings, _options: argparse.Namespace) -> int:
    cloud.reset(settings)
    return 0


def _seed(settings: Settings, _options: argparse.Namespace) -> int:
    cloud.require_up(settings)
    return commands.run_module(settings, "demo_data")


def _knob(settings: Settings, options: argparse.Namespace) -> int:
    if options.knob == "delay":
        knobs.set_delay(settings.knobs, options.seconds)
    elif options.knob == "fail":
        knobs.set_failures(settings.knobs, options.operations)
    else:
        knobs.clear(settings.knobs)
    return 0


def _bulk(settings: Settings, options: argparse.Namespace) -> int:
    cloud.require_up(settings)
    numbers = (options.volumes, options.snapshots_per_volume, options.instances)
    return commands.run_module(settings, "bulk", options.project, *map(str, numbers))


def _whole(settings: Settings, options: argparse.Namespace) -> int:
    cloud.require_up(settings)
    numbers = (options.projects, options.volumes, options.snapshots, options.instances)
    return commands.run_module(settings, "whole_cloud", *map(str, numbers))


if __name__ == "__main__":
    sys.exit(main())
