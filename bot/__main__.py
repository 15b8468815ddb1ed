"""The `retriage` command: reads the words and calls the verb."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from bot.cli.terminal import EXIT_WRONG_USE, say
from bot.errors import RetriageError, TellUser

DESCRIPTION = "Says why a CI run is red, with its evidence."
EPILOG = "exit status: 0 nothing needs anybody, 1 something does, 2 wrong use or configuration"


# Each is a module of `bot.cli`. Only the one that is called is loaded: most need neither server nor database.
VERBS = (
    "demo",
    "serve",
    "classify",
    "explain",
    "lint",
    "test",
    "backtest",
    "inbox",
    "schema",
    "trust",
    "replay",
)


def build_parser(chosen: Sequence[str] = VERBS) -> argparse.ArgumentParser:
    """The command's grammar, or the part of it that these verbs need."""
    parser = argparse.ArgumentParser(prog="retriage", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"%(prog)s {own_version()}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in chosen:
        import_module(f"bot.cli.{name}").add_to(verbs)
    return parser


def own_version() -> str:
    """The installed version; a bare checkout has none."""
    try:
        return version("retriage")
    except PackageNotFoundError:
        return "(not installed)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    words = build_parser(given[:1] if given[:1] and given[0] in VERBS else VERBS).parse_args(given)
    try:
        _refuse_two_streams(words)
        status: int = words.run(words)
    except RetriageError as error:
        say(f"retriage {words.verb}: {error}")
        return EXIT_WRONG_USE
    except KeyboardInterrupt:
        return EXIT_WRONG_USE
    except BrokenPipeError:
        # The reader of our output left, as `head` does: there is nobody to tell.
        sys.stderr.close()
        return 0
    return status


def _refuse_two_streams(words: argparse.Namespace) -> None:
    """What is read a second time is empty, and looks as if nothing had failed.

    Raises:
        TellUser: - stands there more than once.
    """
    given = (value if isinstance(value, list) else [value] for value in vars(words).values())
    if sum(values.count("-") for values in given) > 1:
        raise TellUser("- stands there twice, and standard input can be read once")


if __name__ == "__main__":
    sys.exit(main())
