"""A miniature course with every kind of exercise, for the app's tests."""

from __future__ import annotations

from pathlib import Path

from tutor.course.model import (
    CheckUse,
    Choice,
    Code,
    Course,
    Explore,
    Lesson,
    LessonFile,
    Mistake,
    Option,
    Order,
    Predict,
    Read,
)
from tutor.course.problems import Problem

READ = Read(id="hello", title="Hello", prompt="# Welcome\n\nSome *text* to read.")
CODE = Code(
    id="ones",
    title="Ones of a shape",
    prompt="Make `t`: a tensor of **ones** with the shape `(2, 3)`.\n\n```python\nt = ...\n```",
    starter="t = torch.zeros(2, 3)\n",
    solution="t = torch.ones(2, 3)\n",
    checks=(CheckUse(check="values", target="t"),),
    hints=("Which function makes ones?", "Try `torch.ones`.", "`torch.ones(2, 3)`"),
    mistakes=(
        Mistake(id="swapped", answer="t = torch.ones(3, 2)", says="Rows **first**, then columns."),
    ),
    explanation="`torch.ones` takes the sizes one by one.",
)
PREDICT = Predict(
    id="shape",
    title="What shape?",
    prompt="Look at the code.",
    code="x = torch.ones(4, 5)\ny = x.sum(dim=0)",
    ask="shape",
    of="y",
    hints=("Which dimension goes?",),
)
CHOICE = Choice(
    id="which",
    title="Which one?",
    prompt="Which function gives **zeros**?",
    options=(
        Option(text="`torch.zeros`", correct=True, says="Yes: *zeros*."),
        Option(text="`torch.ones`", says="That gives ones."),
        Option(text="`torch.rand` with [brackets]", says="That is chance."),
    ),
)
SEVERAL = Choice(
    id="several",
    title="All of them",
    prompt="Which give a shape of `(2,)`?",
    options=(
        Option(text="`torch.ones(2)`", correct=True, says="Two ones."),
        Option(text="`torch.zeros(2)`", correct=True),
        Option(text="`torch.eye(2)`", says="That has rows, too."),
    ),
)
ORDER = Order(
    id="steps",
    title="In order",
    prompt="Put the lines in order: `c` is the last.",
    solution="a = torch.ones(2)\nb = a + 1\nfor n in range(2):\n    b = b + n\nc = a * b\n",
    extra=("c = a - b",),
    checks=(CheckUse(check="values", target="c"),),
    mistakes=(
        Mistake(
            id="early",
            answer="a = torch.ones(2)\nb = a + 1\nc = a * b\nfor n in range(2):\n    b = b + n\n",
            says="`c` is made **before** `b` is ready.",
        ),
    ),
)
EXPLORE = Explore(
    id="look",
    title="Look around",
    prompt="Make `t`: three ones.",
    starter="torch.zeros(3)\n",
    goal=(CheckUse(check="values", target="t"),),
    solution="t = torch.ones(3)\n",
    explanation="`ones` makes ones.",
)
FREE = Explore(id="free", title="Free", prompt="Try something.")
BLANKS = Code(
    id="blanks",
    title="Blanks",
    prompt="Fill in.",
    starter="a = torch.____(2)\nb = ____\n",
    solution="a = torch.ones(2)\nb = a\n",
    checks=(CheckUse(check="values", target="b"),),
)
LESSON = Lesson(
    format=1,
    id="first",
    title="First steps",
    summary="Every kind of exercise.",
    minutes=5,
    setup="import torch\n",
    exercises=(READ, CODE, PREDICT, CHOICE, SEVERAL),
)
KINDS = Lesson(
    format=1,
    id="kinds",
    title="Kinds",
    setup="import torch\n",
    exercises=(ORDER, EXPLORE, FREE, BLANKS),
)
SECOND = Lesson(
    format=1, id="second", title="Second steps", requires=("first",), exercises=(READ,), minutes=3
)
BROKEN = Path("lessons/broken.yaml")
COURSE = Course(
    id="mini",
    title="A small course",
    summary="For the tests.",
    path=Path("lessons"),
    files=(
        LessonFile(path=Path("lessons/first.yaml"), lesson=LESSON),
        LessonFile(path=Path("lessons/second.yaml"), lesson=SECOND),
        LessonFile(
            path=BROKEN,
            lesson=None,
            problems=(
                Problem(BROKEN, 3, 1, "there is no key 'tilte'; did you mean 'title'?"),
                Problem(BROKEN, 9, 5, "[bold]kind[/] is missing"),
            ),
        ),
    ),
)
KINDS_COURSE = Course(
    id="mini",
    title="Kinds",
    path=Path("lessons"),
    files=(LessonFile(path=Path("lessons/kinds.yaml"), lesson=KINDS),),
)
