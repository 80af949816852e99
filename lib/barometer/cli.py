"""The `barometer` command: a thin door to the functions of the package."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from barometer.errors import BarometerError, WaveError


def _check(options: argparse.Namespace) -> int:
    from barometer.survey.survey import load_survey

    survey = load_survey(options.year, options.data)
    counted = survey.accounting
    print(
        f"Wave {options.year} is valid: {counted['answers']} answers, {counted['usable']} usable, "
        f"{int(survey.imputed.to_numpy().sum())} cells imputed."
    )
    return 0


def _estimates(options: argparse.Namespace) -> int:
    from barometer.survey.register import write_register
    from barometer.survey.survey import load_survey

    write_register(load_survey(options.year, options.data), options.output)
    return 0


def _compare(options: argparse.Namespace) -> int:
    from barometer.survey.compare import compare
    from barometer.survey.register import csv_text, write_whole
    from barometer.survey.survey import load_survey

    before, after = (load_survey(year, options.data) for year in (options.year, options.other))
    changes = compare(before, after)
    if options.output:
        write_whole(options.output, csv_text(changes))
    total = changes[changes["domain"] == "total"]
    columns = ["question", "category", "universe", "estimate_a", "estimate_b", "difference"]
    shown = total[[*columns, "se", "p_value", "significant"]]
    print(shown.to_string(index=False, float_format=lambda x: f"{x:.3f}"))
    print(
        f"{int(changes['significant'].sum())} of {len(changes)} differences between "
        f"{options.year} and {options.other} are significant at the 5 % level."
    )
    return 0


def _claims(options: argparse.Namespace) -> int:
    from barometer.render.edition import check_sentences

    found = check_sentences(options.year, data=options.data)
    broken = [guarded for guarded in found if not guarded.holds]
    for guarded in broken:
        print(f"{guarded.chapter}:{guarded.line}: no longer holds: {guarded.sentence}")
    print(f"{len(found) - len(broken)} of {len(found)} claims hold for {options.year}.")
    return 1 if broken else 0


def _render(options: argparse.Namespace) -> int:
    from barometer.render.edition import render_edition

    render_edition(
        options.year,
        to=tuple(options.to.split(",")),
        engine=options.engine,
        profile=options.profile,
        data=options.data,
        output=options.output,
        notebooks=options.notebooks,
    )
    return 0


def _notebooks(options: argparse.Namespace) -> int:
    from barometer.render.edition import render_notebooks

    render_notebooks(options.year, data=options.data, output=options.output)
    return 0


def _formats(text: str) -> str:
    unknown = set(text.split(",")) - {"html", "pdf"}
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))}: expected html, pdf or both"
        )
    return text


def parser() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    main_parser = argparse.ArgumentParser(prog="barometer", description=__doc__)
    commands = main_parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, description: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=description, description=description)
        sub.add_argument("year", type=int, help="year of the wave, e.g. 2025")
        sub.add_argument("--data", type=Path, help="folder with the waves (default: data/)")
        sub.set_defaults(run=run)
        return sub

    render = command("render", _render, "render the edition of a wave in HTML and PDF")
    render.add_argument("--to", type=_formats, default="html,pdf", help="html, pdf or html,pdf")
    render.add_argument("--engine", choices=["auto", "quarto", "pandoc"], default="auto")
    render.add_argument("--profile", choices=["review"], help="the reviewers' edition")
    render.add_argument("--output", type=Path, help="folder for the editions (default: _output/)")
    render.add_argument("--notebooks", action="store_true", help="execute the notebooks too")
    command("check", _check, "validate the files of a wave and list every problem")
    estimates = command("estimates", _estimates, "write the register of estimates as CSV")
    estimates.add_argument("-o", "--output", type=Path, required=True)
    command("claims", _claims, "list the sentences that no longer hold (exit code 1 if any)")
    compare = command("compare", _compare, "what changed between two waves, with significance")
    compare.add_argument("other", type=int, help="year of the later wave")
    compare.add_argument("-o", "--output", type=Path, help="write all differences as CSV")
    notebooks = command("notebooks", _notebooks, "execute the notebooks for a wave")
    notebooks.add_argument(
        "--output", type=Path, help="folder for the editions (default: _output/)"
    )
    return main_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a user's mistake gives a message on stderr and exit code 1."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except WaveError as error:
        count = len(error.problems)
        print(
            f"Wave {options.year}: {count} problem{'s' if count > 1 else ''}\n{error}",
            file=sys.stderr,
        )
    except BarometerError as error:
        print(f"barometer: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"barometer: {error.filename}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        print("barometer: interrupted; earlier output is untouched", file=sys.stderr)
    return 1
