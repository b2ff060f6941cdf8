# SPDX-License-Identifier: Apache-2.0
"""Command line of the demo; the Makefile's targets call it."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from demo import benching, environments, prerequisites, session, soak, suites
from demo.layout import ROOT, STATE, Flavour, chosen_home
from demo.problem import Problem
from demo.processes import Children
from devcloud.errors import DevcloudError

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _up(options: argparse.Namespace) -> None:
    session.run(chosen_home(), Flavour(options.horizon))


def _serve(options: argparse.Namespace) -> None:
    session.serve(chosen_home(), Flavour(options.horizon))


def _down(options: argparse.Namespace) -> None:
    session.down(chosen_home())


def _test(options: argparse.Namespace) -> None:
    names = options.suites or suites.NAMES
    if not suites.run(chosen_home("test"), names, everything=options.all):
        raise Problem("Not everything passed.")


def _soak(options: argparse.Namespace) -> None:
    soak.run(chosen_home("test"), options.minutes)


def _bench(options: argparse.Namespace) -> None:
    said = ["--repeats", str(options.repeats)] if options.repeats else []
    said += ["--requests", str(options.requests)] if options.requests else []
    benching.run(chosen_home("bench"), [*said, *(["--short"] if options.short else [])])


def _screenshots(options: argparse.Namespace) -> None:
    """The pictures need packages that only Horizon's environment has."""
    with Children() as children:
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "demo.screenshots"]
        if children.start(command, output=None).wait() != 0:
            raise Problem("The pictures were not made.")


def _messages(options: argparse.Namespace) -> None:
    """Bring the catalogues of translators up to date, which needs GNU gettext."""
    prerequisites.ensure_gettext()
    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "demo.messages"]
        if children.start([*command, *options.languages], output=None).wait() != 0:
            raise Problem("The catalogues were not brought up to date.")


def _release_check(options: argparse.Namespace) -> None:
    """Say what is missing for a release; the texts are read with GNU gettext."""
    prerequisites.ensure_gettext()
    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "demo.release_check"]
        if children.start(command, output=None).wait() != 0:
            raise Problem("This is not ready to be released.")


def _docs(options: argparse.Namespace) -> None:
    """Build the documentation; a warning is a failure."""
    pages = STATE / "docs" / "html"
    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "sphinx", "-q", "-W"]
        command += ["--keep-going", "-b", "html", "-d", STATE / "docs" / "doctrees"]
        if children.start([*command, ROOT / "docs", pages], output=None).wait() != 0:
            raise Problem("The documentation was not built.")
    print(pages / "index.html")


def _suite(name: str) -> str:
    """Check the name of a suite; argparse's own choices refuse an empty list."""
    if name not in suites.NAMES:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(suites.NAMES)}")
    return name


def arguments() -> argparse.ArgumentParser:
    """Return what the command line understands."""
    parser = argparse.ArgumentParser(prog="python3 -m demo", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, purpose in (
        ("up", _up, "cloud and Horizon, until Ctrl-C"),
        ("serve", _serve, "Horizon alone on a cloud that is up already, until Ctrl-C"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.set_defaults(run=run)
        command.add_argument(
            "--horizon",
            choices=[flavour.value for flavour in Flavour],
            default=os.environ.get("HORIZON") or Flavour.PLUGIN.value,
            help="Horizon with the plugin (default) or stock Horizon on the same cloud",
        )
    down = commands.add_parser("down", help="stop all dashboards and the cloud of the demo")
    down.set_defaults(run=_down)
    test = commands.add_parser("test", help="checks and tests on a cloud of their own")
    test.add_argument(
        "suites", nargs="*", type=_suite, metavar="SUITE", help=", ".join(suites.NAMES)
    )
    test.add_argument("--all", action="store_true", help="those that take longest, too")
    test.set_defaults(run=_test)
    soaking = commands.add_parser("soak", help="random steps on the test cloud, judged")
    soaking.set_defaults(run=_soak)
    soaking.add_argument("--minutes", type=float, default=10.0, help="for how long (default: 10)")
    bench = commands.add_parser("bench", help="what pages cost, beside stock Horizon's")
    bench.set_defaults(run=_bench)
    bench.add_argument("--repeats", type=int, help="of what is quick (default: 7)")
    bench.add_argument(
        "--requests", type=int, help="while memory is watched (default: 10000, some 15 minutes)"
    )
    bench.add_argument("--short", action="store_true", help="small numbers, nothing kept")
    pictures = commands.add_parser("screenshots", help="pictures for the documentation")
    pictures.set_defaults(run=_screenshots)
    docs = commands.add_parser("docs", help="the documentation as web pages")
    docs.set_defaults(run=_docs)
    messages = commands.add_parser("messages", help="the catalogues of translators")
    messages.set_defaults(run=_messages)
    messages.add_argument("languages", nargs="*", metavar="LANGUAGE", help="new ones, such as ja")
    release = commands.add_parser("release-check", help="what is missing for a release")
    release.set_defaults(run=_release_check)
    return parser


def _stop_once(number: int, frame: FrameType | None) -> None:
    """Begin to stop; further signals do not disturb the stopping."""
    for each in STOPPING:
        signal.signal(each, lambda *_: None)
    raise KeyboardInterrupt


def main() -> int:
    """Run one command; return the exit code."""
    for number in STOPPING:
        signal.signal(number, _stop_once)
    options = arguments().parse_args()
    try:
        prerequisites.check_python()
        options.run(options)
    except DevcloudError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        # A demo runs until it is stopped; tests that are stopped have not passed.
        return 0 if options.run in (_up, _serve) else 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
