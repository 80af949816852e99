"""`python -m synthesis YEAR --output FOLDER`: rebuild a synthetic wave from published figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from barometer.errors import BarometerError
from synthesis.wave import synthesize


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a user's mistake gives a message on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m synthesis", description=__doc__)
    parser.add_argument("year", type=int, help="year of the wave, e.g. 2025")
    parser.add_argument("--output", type=Path, required=True, help="folder for the three files")
    parser.add_argument("--data", type=Path, help="folder with the waves (default: data/)")
    options = parser.parse_args(arguments)
    try:
        synthesize(options.year, options.output, options.data)
    except BarometerError as error:
        print(f"synthesis: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
