"""YAML's own errors in plain words."""

from __future__ import annotations

import re

import yaml

from tutor.course.source import At, Source
from tutor.course.wording import quoted

__all__ = ["explain"]

_QUOTES = "put the text in quotes or in a block (|)"

_LEFT_OF_BLOCK = (
    "this line stands to the left of the first line of the text above, which so ends before it: "
    "begin the text further left (a picture with ```)"
)
_BLOCK = re.compile(r"( *(?:- +(?=[^ |>]))*).*[|>][-+]? *")
_ENTRY = re.compile(r"- |[\w-]+:(?: |$)")
_KEY = re.compile(r" *(?:- +)*[\w-]+")

# A part of the parser's message (libyaml's or PyYAML's own) → what to say instead.
_AT_THE_SPOT = {
    "mapping values are not allowed": "this ':' would begin a value in the middle of another: "
    f"{_QUOTES}, or see whether the indentation is right",
    "sequence entries are not allowed": "a list item ('- ') cannot begin here: "
    "give it a line of its own, indented like the others",
    "but found '?'": "a list item ('- ') should stand here, or the indentation is off",
    "expected '-' indicator": "a list item ('- ') should stand here, or the indentation is off",
    "unknown escape character": "in double quotes a backslash begins an escape: "
    "use single quotes or a block (|)",
    "escape code": "in double quotes a backslash begins an escape: "
    "use single quotes or a block (|)",
    "expected alphabetic or numeric": f"'&' and '*' name anchors and aliases: {_QUOTES}",
    "tag": f"'!' begins a tag: {_QUOTES}",
    "node content": "a value should stand here",
    "<document start>": "the document has ended before this: see whether the indentation is right",
    "expected comment or line break": "after | or > the text begins in the next line",
    "block scalar": "after | or > the text begins in the next line",
    "chomping or indentation": "after | or > the text begins in the next line",
}
# The same, reported at the beginning of the construct that went wrong.
_AT_THE_BEGINNING = {
    "could not find expected ':'": "this line should be a key with ': ' after it, "
    "or be indented as a part of the text above",
    "unexpected end of stream": "the quote that opens here is not closed",
    "unexpected document separator": "the quote that opens here is not closed",
    "',' or ']'": "the list in [ ] that opens here is not closed, or a comma is missing",
    "',' or '}'": "the mapping in { } that opens here is not closed, or a comma is missing",
}


def explain(error: yaml.YAMLError, source: Source) -> tuple[At, str]:
    """Where the file stops being YAML, and why in plain words."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return At(1, 1), f"not valid YAML: {error}"
    problem = error.problem or ""
    if error.context_mark is not None:
        for part, words in _AT_THE_BEGINNING.items():
            if part in problem:
                return source.at(error.context_mark.index), words
    at = source.at(error.problem_mark.index)
    if _ends_block(source, at):
        return at, _LEFT_OF_BLOCK
    is_key = _KEY.fullmatch(source.line(at.line), 0, at.column - 1)
    if is_key and "mapping values are not allowed" in problem:
        return (
            at,
            "the line above goes on here: is a ': ' missing in it, or is the indentation off?",
        )
    return at, _at_the_spot(problem, error.context or "", source, at)


def _ends_block(source: Source, at: At) -> bool:
    """Whether the line belongs to the text of a block that its first line has put too far right."""
    column = at.column - 1
    line = source.line(at.line)
    if line[:column].strip() or _ENTRY.match(line, column):
        return False
    above = (source.line(number) for number in range(at.line - 1, 0, -1))
    for number, line in enumerate(line for line in above if line.strip()):
        if len(line) - len(line.lstrip(" ")) <= column:
            header = _BLOCK.fullmatch(line)
            return number > 0 and header is not None and len(header[1]) < column
    return False


def _at_the_spot(problem: str, context: str, source: Source, at: At) -> str:
    line = source.line(at.line)
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation or "tab character" in problem:
        return "a tab: YAML is indented with spaces only"
    if "cannot start any token" in problem:
        return f"a value cannot begin with {quoted(line[at.column - 1 : at.column])}: {_QUOTES}"
    if "expected key" in problem or "expected <block end>" in problem:
        if at.column - 1 > len(indentation):
            return "the value has ended before this: put all of it in quotes or in a block (|)"
        spaces = "1 space" if len(indentation) == 1 else f"{len(indentation)} spaces"
        return f"the indentation ({spaces}) fits no line above"
    for part, words in _AT_THE_SPOT.items():
        if part in problem or part in context:
            return words
    return f"not valid YAML: {problem}"
