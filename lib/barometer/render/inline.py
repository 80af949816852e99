"""Inline expressions of markdown cells, asked of the kernel as Quarto asks them.

Each `{python} …` is sent as a user expression with an empty execute request; a markdown
representation goes in as it is, text is escaped. What a text says of where it comes from is kept
with the cell: metadata.barometer.inline has line, expression, text and the record of each.
"""

from __future__ import annotations

import ast
import queue
import re
from collections.abc import Mapping
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from barometer.errors import BarometerError
from barometer.render.left_out import leave_out
from barometer.survey.register import PROVENANCE, escaped

INLINE = re.compile(r"(?<!`)`\{python\}[ \t]([^`\n]+)`")
TOUCHING = re.compile(r"(?<!`)``\{python\}")
PERCENTAGE = re.compile(r"\d%|^(?:n\.b\.|n/a)%")
UNBOUND = "it guards no sentence; expected a claim right behind one, without a space"
UNTRACED = "it is a percentage that comes from no estimate; expected arithmetic on estimates"
NOTHING = "[]{.nothing}"
LITERAL = re.compile(r"`\{\{python\}\}")
OBJECT = re.compile(r"<|[A-Za-z_][\w.]*\(")


def place(cell: NotebookNode, text: str = "") -> str:
    """File and line of the first line of a cell that holds the text."""
    origin = cell.metadata.get("barometer", {})
    for (file, number), line in zip(
        origin.get("lines", ()), cell.source.splitlines(), strict=False
    ):
        if text and text in line:
            return f"{file}:{number}"
    return f"{origin.get('file', 'report.qmd')}:{origin.get('line', 1)}"


async def fill_in(cell: NotebookNode, client: Any) -> None:
    """Replace the expressions of a markdown cell by their results.

    The source as written stays in metadata.barometer.source; a line with a text of something absent
    is left out (see `left_out`). `client` is an nbclient client with a
    running kernel. Raises BarometerError for an expression that fails or gives nothing to read.
    """
    found = INLINE.findall(cell.source)
    if TOUCHING.search(cell.source):
        raise BarometerError(
            f"{place(cell, '``{python}')}: found two expressions without a space between them, of "
            "which Quarto too sees only the first; expected texts joined by +, in one expression"
        )
    if found:
        expressions = {str(i): expression.strip() for i, expression in enumerate(found)}
        results = await _ask(client, expressions)
        values, records = [], []
        lacking: dict[int, list[str]] = {}
        for (key, expression), match in zip(
            expressions.items(), INLINE.finditer(cell.source), strict=True
        ):
            data = results[key].get("data", {})
            value = _markdown(data)
            problem = f"{results[key].get('ename')}: {results[key].get('evalue')}"
            if results[key]["status"] == "ok":
                # Quarto then prints the expression itself
                problem = "it gives no text; expected a word or number for the reader"
            record = data.get(PROVENANCE, {"kind": "other", "text": value, "sources": []})
            row = cell.source[: match.start()].count("\n")
            if record.get("lacks"):
                lacking.setdefault(row, []).extend(record["lacks"])
                value = value or NOTHING
            elif (
                value
                and not record["sources"]
                and (record["kind"] == "fraction" or PERCENTAGE.search(record["text"]))
            ):
                value, problem = "", UNTRACED
            if expression.startswith("claim(") and not cell.source[: match.start()][-1:].strip():
                value, problem = "", UNBOUND
            if results[key]["status"] == "error" or not value:
                raise BarometerError(
                    f"{place(cell, '`{python} ' + expression)}: found an expression that fails: "
                    f"{expression}\n  {problem}"
                )
            values.append(value)
            file, line = cell.metadata["barometer"]["lines"][row]
            records.append({"file": file, "line": line, "expression": expression, **record})
        cell.metadata["barometer"] |= {"source": cell.source, "inline": records}
        if lacking:
            kept = leave_out(cell, lacking)
            values = [
                v for v, r in zip(values, records, strict=True) if (r["file"], r["line"]) in kept
            ]
        replacements = iter(values)
        cell.source = INLINE.sub(lambda _: next(replacements), cell.source)
    cell.source = LITERAL.sub("`{python}", cell.source)


async def _ask(client: Any, expressions: Mapping[str, str]) -> dict[str, Any]:
    """Evaluate expressions in the kernel; a kernel that dies meanwhile is an error, not a wait."""
    request = client.kc.execute(
        "", silent=True, store_history=False, user_expressions=dict(expressions)
    )
    while True:
        try:
            reply = await client.kc.get_shell_msg(timeout=1)
        except (queue.Empty, TimeoutError):
            if not await client.km.is_alive():
                raise DeadKernelError("kernel died") from None
            continue
        if reply["parent_header"].get("msg_id") == request:
            return dict(reply["content"]["user_expressions"])


def _markdown(data: Mapping[str, str]) -> str:
    if "text/markdown" in data:
        return data["text/markdown"]
    text = data.get("text/plain", "")
    if OBJECT.match(text):
        return ""  # an object has no text of its own: it is written by pct() or the like
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = str(ast.literal_eval(text))
    return escaped(text)
