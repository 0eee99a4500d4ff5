"""Every rule: its code, how much it matters, and what it means. The codes are stable."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

from tutor.course.problems import Problem

__all__ = ["RULES", "Rule", "Severity", "severity_of"]

Severity: TypeAlias = Literal["error", "warning"]


class Rule(NamedTuple):
    """One rule.

    Attributes:
        severity: an error keeps a lesson from working, or misleads who takes it.
        about: the part of a file that it is about, as a heading.
        meaning: what a problem of that code says.
    """

    severity: Severity
    about: str
    meaning: str


def _rules(severity: Severity, about: str, **meanings: str) -> dict[str, Rule]:
    return {
        code.replace("_", "-"): Rule(severity, about, meaning) for code, meaning in meanings.items()
    }


RULES: Final[dict[str, Rule]] = {
    **_rules(
        "error",
        "The file",
        unreadable="The file cannot be opened. The command ends with 2.",
        encoding="The file is not UTF-8.",
        invisible_character="A control character, which no editor shows and YAML refuses.",
        too_large="The file or a part of it is larger than any lesson.",
    ),
    **_rules(
        "error",
        "YAML",
        yaml_syntax="The file stops being YAML here: a colon or a quote in plain text, a tab, "
        "an indentation that fits no line above.",
        yaml_tag="Plain text begins with `!`, which YAML reads as a tag.",
        yaml_alias="Plain text begins with `*`, which YAML reads as an alias.",
        duplicate_key="A key stands twice in one mapping; YAML would keep the last.",
        folded_code="YAML joins the lines of code into one, for it begins with `>` or has no `|`.",
    ),
    **_rules(
        "warning",
        "YAML",
        text_or_value="Text that other YAML tools, your editor among them, read as true, false, "
        "nothing, a number or a date: `no`, `on`, `1.0`.",
        lost_comment="A ` #` in plain text begins a comment: the rest of the line is lost.",
        folded_markdown="`>` joins the lines of a list, a table or a code block.",
        trailing_space="Spaces at the end of a line that change it: in code, or two in Markdown.",
    ),
    **_rules(
        "error",
        "The format",
        unknown_key="A key that the format does not have here.",
        missing_key="A key that has to be there.",
        missing_text="A key with nothing behind it, where text has to be.",
        wrong_type="A list, a number, a text where something else is needed.",
        bad_value="A value that is not allowed here: a name, a number, an id.",
        unknown_check="An entry of `checks:` names no check, or two.",
        unfit_parameters="Parameters of a check that do not fit each other: `trials: 0` without "
        "`cases`, a range that runs backwards, a case of what is no input.",
        custom_checks="The course's own `checks.py` cannot be used.",
        duplicate_id="Two exercises, mistakes or lessons have the same id.",
        question="`ask` and `of` do not fit each other.",
        no_correct_option="None of a choice's options is correct.",
        schema="Anything else that does not fit the format.",
    ),
    **_rules(
        "error",
        "A course",
        empty_course="The directory holds no lesson.",
        course_order="`order` names what is not there, leaves a lesson out, or names one twice.",
        unknown_lesson="`requires` names a lesson that the course does not have.",
        circular_requires="Two lessons require each other, so that neither can be begun.",
        unknown_topic="`teaches` names what the course's `topics.yaml` does not have.",
        unknown_term="`see` in the course's `glossary.yaml` names what it does not have.",
        same_term="Two terms of the glossary have a name in common.",
    ),
    **_rules(
        "warning",
        "A course",
        later_requires="A lesson requires one that comes after it in the course.",
        no_topics="`teaches` without a `topics.yaml` that says what its ids stand for.",
        unmentioned_term="A term of the glossary that no lesson mentions.",
    ),
    **_rules(
        "error",
        "Python",
        python_syntax="Code or an expression that Python cannot read.",
        undefined_name="Code, an input or `given` uses a name that nothing defines.",
        undefined_target="A check looks at a name that neither setup nor solution defines.",
        input_call="`input()` in code: nobody is there to answer.",
    ),
    **_rules(
        "warning",
        "Python",
        starter_syntax="The starter is no Python, so the learner begins with a syntax error.",
        typographic_quote="Typographic quotation marks in code, which learners cannot type.",
        tab_in_code="A tab in code: learners' editors put spaces there.",
        long_code_line="A line of code that is wider than the app's 80 columns show.",
    ),
    **_rules(
        "error",
        "Answers",
        starter_passes="The starter is the solution or an accepted answer already.",
        mistake_is_right="A mistake's answer is the solution or an accepted answer.",
        same_mistake="Two mistakes have the same answer: only the first can be recognised.",
        few_lines="An `order` has fewer than three lines to put in order.",
        other_lines="An answer of an `order` has other lines than the exercise, or too few.",
    ),
    **_rules(
        "warning",
        "Answers",
        same_answer="An accepted answer is the solution, or another accepted answer, again.",
        same_line="A line of an `order` stands in it twice: learners cannot tell the two apart.",
        hint_gives_solution="A hint holds what the solution has and the starter lacks.",
        fixed_seed="Setup sets a seed, and a check compares numbers that come of it: copied ones "
        "pass.",
        starter_gives_solution="A comment of the starter holds it.",
    ),
    **_rules(
        "warning",
        "Teaching",
        no_hint="An exercise without hints.",
        no_mistake="An exercise without mistakes: every wrong answer gets a general explanation.",
        no_says="A wrong option of a choice that does not say why it is wrong.",
        empty_text="A key that is there with nothing in it.",
        long_title="A title that does not fit into the app's title line.",
    ),
    **_rules(
        "error",
        "Markdown",
        open_fence="A code block that is never closed: all that follows is shown as code.",
        lone_backtick="A backtick without its pair: what follows is not shown as it is meant.",
    ),
    **_rules(
        "warning",
        "Markdown",
        broken_link="A link without a target, to a file, or by a name that is not defined.",
        lost_indentation="A picture or code without a fence: its spaces are taken away, and its "
        "lines are joined.",
        image="An image: a terminal shows its text only.",
        raw_html="HTML, which is left out: also what looks like it, such as `<int>`.",
        deep_heading="A heading below the third level, which looks like any other text.",
        wide_table="A table that is wider than the screen: its headings are cut off.",
        long_word="A word that is wider than the screen: it is broken anywhere.",
    ),
}
"""The rules by their codes, as they are listed in docs/lint.md."""


def severity_of(problem: Problem) -> Severity:
    """How much a problem matters."""
    return RULES[problem.code].severity
