"""The `barometer` command: a thin door to the functions of the package."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from barometer.errors import BarometerError, WaveError


def _check(options: argparse.Namespace) -> int:
    from barometer.render.checks.command import as_data, as_mapping, check

    try:
        said, warnings = check(options.year, options.data, options.output)
    except BarometerError as error:
        if options.format == "text":
            raise
        print(json.dumps({"problems": as_data(error), "warnings": []}, indent=2))
        return 1
    if options.format == "json":
        found = {"problems": [], "warnings": [as_mapping(warning) for warning in warnings]}
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(said))
    return 0


def _estimates(options: argparse.Namespace) -> int:
    from barometer.survey.register import write_register
    from barometer.survey.survey import load_survey

    write_register(load_survey(options.year, options.data), options.output, options.full)
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
    tested = changes["p_adjusted"].notna()
    print(
        f"{int(changes['significant'].sum())} of {int(tested.sum())} differences between "
        f"{options.year} and {options.other} are significant, "
        f"{int(changes['survives'].sum())} of them after Benjamini-Hochberg; "
        f"{int((~tested).sum())} are unreliable and not tested."
    )
    return 0


def _claims(options: argparse.Namespace) -> int:
    from barometer.render.edition import check_sentences
    from barometer.render.guards import comparisons

    found = check_sentences(options.year, data=options.data)
    broken = [s for s in found if s.verdict == "fails" and s.guarded]
    if options.format == "json":
        print(json.dumps([s.as_json() for s in found], ensure_ascii=False, indent=1))
        return 1 if broken else 0
    claims = [s for s in found if s.guarded]
    unshown = [s for s in claims if s.verdict == "estimates_only"]
    for s in broken:
        print(f"{s.chapter}:{s.line}: no longer holds: {s.sentence}")
    for s in unshown:
        print(f"{s.chapter}:{s.line}: of the estimates only: {s.sentence}")
    tested, significant = comparisons(found)
    print(
        f"{len(claims) - len(broken) - len(unshown)} of {len(claims)} claims hold for "
        f"{options.year}, {len(unshown)} of the estimates only, {len(broken)} no longer. "
        f"The text rests on {tested} comparisons, {significant} of them significant."
    )
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
    check = command("check", _check, "validate a wave and its edition and list every problem")
    check.add_argument("--output", type=Path, help="folder with the editions (default: _output/)")
    check.add_argument("--format", choices=["text", "json"], default="text")
    estimates = command("estimates", _estimates, "write the register of estimates as CSV")
    estimates.add_argument("-o", "--output", type=Path, required=True)
    estimates.add_argument(
        "--full", action="store_true", help="in full precision, for reviewers: not to be published"
    )
    claims = command(
        "claims", _claims, "list the sentences that no longer hold (exit code 1 if any)"
    )
    claims.add_argument("--format", choices=["text", "json"], default="text")
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
        error.year = error.year or options.year
        print(error, file=sys.stderr)
    except BarometerError as error:
        print(f"barometer: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"barometer: {place}{error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("barometer: interrupted; earlier output is untouched", file=sys.stderr)
    return 1
