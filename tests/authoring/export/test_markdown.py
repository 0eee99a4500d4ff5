from __future__ import annotations

from markdown_it import MarkdownIt

from tutor.authoring.export.markdown import as_markdown
from tutor.authoring.export.text import demoted, fenced
from tutor.course.model import Code, Lesson


def _headings(text: str) -> list[tuple[str, str]]:
    tokens = MarkdownIt().parse(text)
    return [
        (token.tag, tokens[at + 1].content)
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def _code(text: str) -> list[str]:
    return [token.content for token in MarkdownIt().parse(text) if token.type == "fence"]


def test_the_outline_is_the_lessons(lesson: Lesson) -> None:
    """Its title, its exercises in order, and below them the headings of their prompts."""
    headings = _headings(as_markdown(lesson, answers=False))
    assert headings[:4] == [
        ("h1", "Awkward things"),
        ("h2", "1. intro"),
        ("h3", "A heading"),
        ("h3", "And another"),
    ]
    assert [tag for tag, _ in headings[4:]] == ["h2"] * (len(lesson.exercises) - 1)


def test_answers_are_in_it_only_if_they_are_asked_for(lesson: Lesson) -> None:
    """Starters and hints always are; a text to read goes on with its explanation."""
    without, with_ = (as_markdown(lesson, answers=answers) for answers in (False, True))
    assert "g = ____\n" in _code(without)
    assert "g = ____\n" in _code(with_)
    assert "On a *sum*." in without
    assert "More to read." in without
    assert "Put these lines in order. Some of them do not belong." in without
    (lines,) = [code for code in _code(without) if "s = a.prod()" in code]
    assert sorted(lines.split("\n")[:-1])[:2] == ["a = torch.ones(3)", "b = a * 2"]
    assert "**What is the shape of `x.sum(dim=0)`?**" in without
    for exercise in lesson.exercises:
        if isinstance(exercise, Code):
            assert exercise.solution not in _code(without)
            assert exercise.solution in _code(with_)
    for said in ("It is all ones.", "1. **Right.** Yes.", "print(tuple("):
        assert said not in without
        assert said in with_


def test_hints_are_folded_or_stand_open(lesson: Lesson) -> None:
    """Folded as HTML that browsers and GitHub know; a pipe gets them open."""
    folded = as_markdown(lesson, answers=False)
    assert "<details>\n<summary>Hint 2 of 2</summary>\n\nOn a *sum*.\n\n</details>" in folded
    html = MarkdownIt().render(folded)
    assert "<p>On a <em>sum</em>.</p>" in html
    opened = as_markdown(lesson, answers=True, fold=False)
    assert "<details>" not in opened
    assert "**Hint 2 of 2**\n\nOn a *sum*." in opened


def test_one_exercise_alone(lesson: Lesson) -> None:
    """With its number, and what runs before it."""
    text = as_markdown(lesson, answers=False, only="which")
    assert [title for tag, title in _headings(text) if tag == "h2"] == ["10. which"]
    html = MarkdownIt().render(text)
    assert "<li>\n<p>The first,</p>\n<p>in two paragraphs</p>\n</li>" in html


def test_a_fence_holds_what_has_a_fence() -> None:
    """However many backticks."""
    code = "x = '''\n`````\n'''"
    assert _code(fenced(code, "python")) == [f"{code}\n"]


def test_headings_are_put_below_others() -> None:
    """Both kinds of them, not what only looks like one; six levels are all there are."""
    text = "# One #\n\nTwo\nlines\n---\n\n##### Three\n\n- # in a list\n\n```\n# code\n```\n\n#hash"
    assert demoted(text) == (
        "### One #\n\n#### Two lines\n\n###### Three\n\n- # in a list\n\n```\n# code\n```\n\n#hash"
    )
