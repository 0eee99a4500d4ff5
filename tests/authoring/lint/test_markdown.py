from __future__ import annotations

import pytest

from tests.authoring.lint.conftest import InGood

PROMPT = "      Write `normalise(x)`.\n"


@pytest.mark.parametrize(
    "text",
    [
        "In `List[int]` and `<int>` and ``a ` <b>`` nothing is HTML.",
        "If a < b and c > d, then a <- b.",
        "1. One:\n\n   ```python\n   x = 1\n   ```\n2. Two.",
        "> ```\n> quoted\n> ```",
        "~~~~\n```\n~~~~",
        "Code:\n\n    <indented>",
        "See <https://pytorch.org> or [there](https://pytorch.org/docs).",
        "# One\n## Two\n### Three",
        "`x[0][1]` and x[0]\\[1\\]",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "---",
        "One span may `go on\nin the next` line, and \\` alone is meant.",
    ],
)
def test_good_markdown_is_left_alone(in_good: InGood, text: str) -> None:
    """Also where it looks like trouble at first sight."""
    indented = "".join(f"      {line}\n" if line else "\n" for line in text.split("\n"))
    assert in_good(PROMPT, indented) == []


@pytest.mark.parametrize(
    "text",
    [
        "One:\n\n    code\n      more",
        "- An item that\n  goes on\n\n  and on\n  - an inner one\n    that goes on",
        "10. An item that\n    goes on",
        "> Words that\n> go on",
        "Not straight,\n but nearly.",
        "```\n  1 2\n3 4\n```",
    ],
)
def test_indentation_that_is_kept_or_means_nothing(in_good: InGood, text: str) -> None:
    """In code it is kept; under an item's first word a text goes on."""
    indented = "".join(f"      {line}\n" if line else "\n" for line in text.split("\n"))
    assert in_good(PROMPT, indented) == []


@pytest.mark.parametrize("text", ["A:\n  ¶1 2\n  3 4", "  ¶1 2\n1 2", "- A:\n     ¶1 2\n     3 4"])
def test_a_picture_without_a_fence_loses_its_spaces(in_good: InGood, text: str) -> None:
    """The place is its first line that stands further right."""
    indented = "".join(f"      {line}\n" for line in text.split("\n"))
    if text.startswith(" "):
        indented = f"      Above.\n\n{indented}"
    assert in_good(PROMPT, indented) == ["here lost-indentation"]


def test_a_block_may_say_how_far_it_is_indented(in_good: InGood) -> None:
    """Then its first line can be code; in a fence, indentation beyond it does no harm."""
    assert in_good("- Look at the shapes.", "- |2\n            1 2\n            3 4") == []
    fence = "- |\n            ```\n            3 4\n            ```"
    assert in_good("- Look at the shapes.", fence) == []


def test_the_opening_of_a_block_is_shown_where_it_is_never_closed(in_good: InGood) -> None:
    """In a list, too; a fence of other characters does not close it."""
    text = "      - a\n        ¶~~~\n        x\n        ```\n"
    assert in_good(PROMPT, text) == ["here open-fence"]


def test_a_block_of_code_may_be_as_wide_as_the_pane(in_good: InGood) -> None:
    """It is cut off, not wrapped."""
    fits, long = "x" * 76, f"{'x' * 77}"
    assert in_good(PROMPT, f"      ```\n      {fits}\n      ```\n") == []
    assert in_good(PROMPT, f"      ```\n      ¶{long}\n      ```\n") == ["here long-code-line"]


def test_wide_characters_take_two_columns(in_good: InGood) -> None:
    """As in the terminal."""
    assert in_good(PROMPT, f"      ```\n      ¶{'深' * 39}\n      ```\n") == ["here long-code-line"]


def test_hints_options_and_messages_are_read_as_well(in_good: InGood) -> None:
    """Every text that is Markdown, a check's own messages among them."""
    assert in_good("- Look at the shapes.", "- Look at ¶<b>") == ["here raw-html"]
    assert in_good("says: A list.", 'says: "A ¶<b> list."') == ["here raw-html"]
    says = "says: {missing-dimension: ¶<b>bold</b>}"
    found = in_good("      - function: normalise", f"      - function: normalise\n        {says}")
    assert "here raw-html" in found


def test_a_text_without_end_is_not_parsed(in_good: InGood) -> None:
    """It would take longer than anybody waits."""
    assert in_good("prompt: What is `y`?", f"prompt: ¶{'<a ' * 4_000}") == ["here too-large"]
