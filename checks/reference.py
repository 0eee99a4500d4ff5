"""Writes ``docs/checks.md``: every check with its parameters and an example, run as it is written.

python -m checks.reference
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from checks.catalog import entry
from checks.codes import CODES
from checks.example import Example, read_example
from checks.finding import Finding
from checks.registry import CHECKS, INTERNAL
from checks.schema_words import schema_words

__all__ = ["PATH", "main", "reference"]

PATH = Path(__file__).resolve().parent.parent / "docs" / "checks.md"

_COMMON = ("weight", "says")
_WIDTH = 90
_INDENTED = re.compile(r"(?:^ {4}.*\n?(?:\n(?= {4}))*)+", re.MULTILINE)

_OPENING = """\
# Checks

<!-- Written by `python -m checks.reference`: change the docstrings in `checks/` and the files in
`checks/examples/`, not this page. -->

An entry of `checks:` is one mapping. One key names the check, and its value is what is looked at;
the other keys are the check's parameters. What is expected comes from running the exercise's
`solution` under the same seeds and inputs, never from the lesson file.

Every check has these parameters:
"""

_CODES = """\
## Codes

What a finding can be about, in the order that teaches: of several causes, the first in this table
is shown. `says` takes these names.

| code | meaning |
|---|---|
"""


def reference() -> str:
    """The whole page."""
    names = [name for name in CHECKS if name not in INTERNAL]
    entries = {name: entry(CHECKS[name]) for name in names}
    common = entries[names[0]]
    parts = [
        _OPENING,
        "\n".join(_parameter(key, common) for key in _COMMON),
        "The checks:",
        "\n".join(f"- [`{name}`](#{name}): {_summary(entries[name])}" for name in names),
        *(_section(name, entries[name]) for name in names),
        _CODES + "\n".join(f"| `{code}` | {meaning} |" for code, meaning in CODES.items()),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _summary(schema: dict[str, Any]) -> str:
    first: str = schema["description"].partition("\n\n")[0]
    return _plain(" ".join(first.split()))


def _section(name: str, schema: dict[str, Any]) -> str:
    keys = [key for key in schema["properties"] if key not in {name, *_COMMON}]
    parts = [f"## {name}", _markdown(schema["description"])]
    if keys:
        parts.append("\n".join(_parameter(key, schema) for key in keys))
    return "\n\n".join([*parts, *_example(name, read_example(name))])


def _markdown(text: str) -> str:
    """A docstring as Markdown: an indented block is YAML."""

    def fenced(block: re.Match[str]) -> str:
        lines = [line.removeprefix("    ") for line in block.group().rstrip("\n").split("\n")]
        return _fence("yaml", "\n".join(lines)) + "\n"

    return _plain(_INDENTED.sub(fenced, text)).rstrip("\n")


def _plain(text: str) -> str:
    return re.sub(r"(?<!`)``([^`]+)``(?!`)", r"`\1`", text)


def _parameter(key: str, schema: dict[str, Any]) -> str:
    own = schema["properties"][key]
    words = schema_words(own, schema.get("$defs", {}))
    kind = "required" if key in schema["required"] else _default(own.get("default"))
    return f"- `{key}` ({words}; {kind}): {_plain(own.get('description', ''))}"


def _default(value: Any) -> str:
    return "not set" if value in (None, "", [], {}) else f"default `{json.dumps(value)}`"


def _example(name: str, example: Example) -> Iterator[str]:
    if example.setup:
        yield "With this `setup`:"
        yield _fence("python", example.setup)
    yield f"{'and' if example.setup else 'With'} this `solution`:"
    yield _fence("python", example.solution)
    yield "this entry"
    yield _fence("yaml", _as_yaml(example.check))
    yield "lets this answer pass:"
    yield _fence("python", example.passes)
    yield f"This one fails with `{example.code}`:"
    yield _fence("python", example.fails)
    finding = example.finding(example.fails)
    if finding.code != example.code:
        raise ValueError(f"the example of {name} fails with {finding.code!r}, not {example.code!r}")
    yield _quoted(finding)


def _quoted(finding: Finding) -> str:
    lines = [finding.message, ""]
    pairs = (("expected", finding.expected), ("actual", finding.actual))
    lines += [f"    {title + ':':<10}{_on_one_line(text)}" for title, text in pairs if text]
    return "\n".join(f"> {line}".rstrip() for line in "\n".join(lines).strip("\n").split("\n"))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```"


def _as_yaml(item: dict[str, Any]) -> str:
    """One item of ``checks:``, each parameter on a line of its own where it fits."""
    lines = [f"{key}:{_value_as_yaml(key, value)}" for key, value in item.items()]
    return "- " + "\n".join(lines).replace("\n", "\n  ")


def _value_as_yaml(key: str, value: Any) -> str:
    if isinstance(value, str) and "\n" in value:
        return " |\n  " + value.rstrip("\n").replace("\n", "\n  ")
    flow = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1_000_000)
    line = " " + flow.removesuffix("...\n").strip()
    if len(key) + len(line) < _WIDTH or isinstance(value, str):
        return line
    block = yaml.safe_dump(value, default_flow_style=None, sort_keys=False, width=_WIDTH)
    return "\n  " + block.strip().replace("\n", "\n  ")


def main() -> None:
    """Write the page."""
    PATH.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
