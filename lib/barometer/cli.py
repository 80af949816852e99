"""The `barometer` command: a thin door to the functions of the package."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from barometer.errors import BarometerError, WaveError


def _check(options: argparse.Namespace) -> int:
    from barometer.render.checks.command import as_data, as_mapping, as_table, check
    from barometer.survey.register import write_whole

    try:
        said, warnings = check(options.year, options.data, options.output)
    except BarometerError as error:
        if options.list and isinstance(error, WaveError):
            write_whole(options.list, as_table(error))
        if options.format == "json":
            print(json.dumps({"problems": as_data(error), "warnings": []}, indent=2))
            return 1
        if isinstance(error, WaveError) and options.list is None:
            error.more = f"Each of them with its row: barometer check {options.year} --list FILE"
        raise
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
    from barometer.render.edition import check_sentences, facts_to_mend
    from barometer.render.mending import as_text, to_mend
    from barometer.render.stated import comparisons

    found = check_sentences(options.year, data=options.data)
    facts = facts_to_mend(options.year, options.data)
    broken = [s for s in found if s.verdict == "fails" and s.guarded]
    bad = to_mend(found, facts)
    if options.format == "json":
        rows = [each.as_json() for each in (*bad, *(s for s in found if s not in bad))]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 1 if broken else 0
    claims = [s for s in found if s.guarded]
    unshown = [s for s in claims if s.verdict == "estimates_only"]
    for each in bad:
        print("\n".join(as_text(each)))
    if facts:
        print(f"Facts that have outlived their date (review_after in facts.yml): {len(facts)}.")
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


def _preview(options: argparse.Namespace) -> int:
    from barometer.render.preview import preview

    preview(options.year, options.data, options.port)
    return 0


def _import(options: argparse.Namespace) -> int:
    from barometer.intake.command import command

    return command(options)


def _register(options: argparse.Namespace) -> int:
    from barometer.revision.past import accept, held

    print((accept if options.accept else held)(options.year, options.data))
    return 0


def _diff(options: argparse.Namespace) -> int:
    from barometer.revision.command import diff
    from barometer.survey.register import write_whole

    approval = (options.approve, options.date, options.remarks)
    said = diff(options.old, options.new, options.format, *approval)
    if options.output:
        write_whole(options.output, said.rstrip("\n") + "\n")
    else:
        print(said)
    return 0


def _new_wave(options: argparse.Namespace) -> int:
    from barometer.rerun import status
    from barometer.rerun.scaffold import new_wave

    made = new_wave(options.year, options.source, options.data)
    steps = status.progress(options.year, options.data, options.sentences)
    status.renew(options.year, steps, options.data)
    print(f"Made: {', '.join(made) or 'nothing, all is there'}.")
    print("\n".join(status.as_text(options.year, steps)))
    return 0


def _status(options: argparse.Namespace) -> int:
    from barometer.rerun import status

    steps = status.progress(options.year, options.data, options.sentences)
    print("\n".join(status.as_text(options.year, steps)))
    return 0


def _formats(text: str) -> str:
    unknown = set(text.split(",")) - {"html", "pdf"}
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))}: expected html, pdf or both"
        )
    return text


DIFF = "lay two registers or editions beside each other, and approve the new one"


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
    check.add_argument("--list", type=Path, help="write all problems of the files there, as CSV")
    estimates = command("estimates", _estimates, "write the register of estimates as CSV")
    estimates.add_argument("-o", "--output", type=Path, required=True)
    estimates.add_argument(
        "--full", action="store_true", help="in full precision, for reviewers: not to be published"
    )
    claims = command(
        "claims",
        _claims,
        "list the sentences that no longer hold, the worst first (exit code 1 if any)",
    )
    claims.add_argument("--format", choices=["text", "json"], default="text")
    new_wave = command(
        "new-wave", _new_wave, "make the folder of a new wave, and tick its checklist, TODO.md"
    )
    new_wave.add_argument(
        "--from",
        type=int,
        dest="source",
        help="the wave to carry over (default: the last before it)",
    )
    for sub in (new_wave, command("status", _status, "what is left to do for a wave")):
        sub.add_argument(
            "--no-claims",
            dest="sentences",
            action="store_false",
            help="do not execute the report, which takes half a minute, to try its claims",
        )
    compare = command("compare", _compare, "what changed between two waves, with significance")
    compare.add_argument("other", type=int, help="year of the later wave")
    compare.add_argument("-o", "--output", type=Path, help="write all differences as CSV")
    preview = command(
        "preview",
        _preview,
        "show the page of a wave in a browser, renewed at each change of a file",
    )
    preview.add_argument(
        "--port", type=int, default=8642, help="0 for any free one (default: 8642)"
    )
    notebooks = command("notebooks", _notebooks, "execute the notebooks for a wave")
    notebooks.add_argument(
        "--output", type=Path, help="folder for the editions (default: _output/)"
    )
    intake = command("import", _import, "make the tables of a wave from a survey tool's exports")
    intake.add_argument(
        "--from", dest="source", type=Path, required=True, help="the answers: CSV, Excel or SPSS"
    )
    intake.add_argument("--sample", type=Path, help="an export that becomes sample.csv")
    intake.add_argument("--population", type=Path, help="an export that becomes population.csv")
    intake.add_argument("--structure", type=Path, help="LimeSurvey's structure: .lss, or .txt")
    intake.add_argument(
        "--verify",
        action="store_true",
        help="only compare the questionnaires (exit code 1 if they differ)",
    )
    register = command(
        "register", _register, "hold the register of a past wave against the published one"
    )
    register.add_argument(
        "--accept",
        action="store_true",
        help="write it as published; later, what corrections.yml says was wrong",
    )
    diff = commands.add_parser("diff", help=DIFF, description=DIFF)
    diff.set_defaults(run=_diff)
    for name in ("old", "new"):
        diff.add_argument(name, type=Path, help="a register (CSV) or the folder of an edition")
    diff.add_argument("--format", choices=["text", "json", "html"], default="text")
    diff.add_argument("-o", "--output", type=Path, help="write it to a file")
    diff.add_argument("--approve", metavar="NAME", help="store that NAME approves the new one")
    diff.add_argument(
        "--date", type=datetime.date.fromisoformat, help="of the approval: 2026-12-01"
    )
    diff.add_argument("--remarks", default="", help="of who approves")
    return main_parser


def _unforeseen(error: Exception) -> str:
    """Where the software failed. Not the error's own words: they may hold what is in the files."""
    where = traceback.extract_tb(error.__traceback__)
    own = [f for f in where if "barometer" in f.filename or "weighting" in f.filename] or where
    place = f"{Path(own[-1].filename).name}:{own[-1].lineno}"
    return (
        f"found what it does not know how to handle ({type(error).__name__} in {place}); this is a "
        "defect of the software. Report it; with BAROMETER_TRACEBACK=1 set it shows where, "
        "and may show data."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a user's mistake gives a message on stderr and exit code 1."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except WaveError as error:
        error.year = error.year or getattr(options, "year", None)
        print(error, file=sys.stderr)
    except BarometerError as error:
        print(f"barometer: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"barometer: {place}{error.strerror or error}", file=sys.stderr)
    except Exception as error:
        if os.environ.get("BAROMETER_TRACEBACK"):
            raise
        print(f"barometer: {_unforeseen(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("barometer: interrupted; earlier output is untouched", file=sys.stderr)
    return 1
