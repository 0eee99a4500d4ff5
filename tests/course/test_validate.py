"""The walker, through whole lesson files: what is reported, where, in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

InExercise = Callable[[str], list[str]]

CODE = """\
  - id: a
    kind: code
    prompt: p
    solution: x = 1
    checks:
"""
IN_QUOTES = "put it in quotes or in a block (|) if text is meant"
KEYS = "kind, id, prompt, title, hints, explanation, setup, points, teaches"
KINDS = "read, code, predict, choice, order, explore"
OPTIONS = "[{text: a, correct: true}, {text: b}]"
SLUG = "lower-case letters and digits in parts joined by single hyphens"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("points: lots", "8:13: points: a whole number is needed, this is text"),
        ("points: 1.5", "8:13: points: a whole number is needed, this is the number 1.5"),
        (
            "points: '5'",
            "8:13: points: a whole number is needed, this is text: leave out the quotes",
        ),
        ("points: true", "8:13: points: a whole number is needed, this is true"),
        ("points:", "8:12: points: a whole number is needed, nothing is written"),
        ("points: [1]", "8:13: points: a whole number is needed, this is a list"),
        ("points: 0", "8:13: points: at least 1 is needed, this is 0"),
        ("points: 101", "8:13: points: at most 100 is needed, this is 101"),
        (
            "points: 99999999999999999999999",
            "8:13: points: a whole number is needed, this is the number 99999999999999999999999",
        ),
        (
            "hints: one",
            "8:12: hints: a list is needed, this is text: write '- ' before each item",
        ),
        ("hints: [a, '']", "8:16: hints, item 2: text is needed, nothing is written"),
        (
            "title: {a}",
            f"8:12: title: text is needed, this is a mapping (key: value): {IN_QUOTES}",
        ),
        ('title: "a\\u001b[31m"', "8:12: title: the text holds the control character U+001B"),
        ("hint: [a]", "8:5: unknown key 'hint'; did you mean 'hints'?"),
        ("Title: x", "8:5: unknown key 'Title'; did you mean 'title'?"),
        ("options: []", "8:5: unknown key 'options': it belongs to kind choice"),
        ("code: x", "8:5: unknown key 'code': it belongs to kind predict or choice"),
        (
            "xyzzy: 1",
            f"8:5: unknown key 'xyzzy'; the keys here are {KEYS}",
        ),
        ("<<: x", "8:5: unknown key '<<': merge keys are not read, write the keys out"),
    ],
)
def test_one_wrong_line(in_exercise: InExercise, line: str, problem: str) -> None:
    """Each mistake gives exactly one problem, at the offending key or value."""
    lines = f"  - id: a\n    kind: read\n    prompt: p\n    {line}\n"
    assert in_exercise(lines) == [problem]


@pytest.mark.parametrize(
    ("exercise", "problem"),
    [
        (
            f"  - id: a\n    kind: chooze\n    prompt: p\n    options: {OPTIONS}\n",
            f"6:11: kind: 'chooze' is none of {KINDS}; did you mean 'choice'?",
        ),
        (
            "  - id: a\n    kind: quiz\n    prompt: p\n    code: x\n",
            f"6:11: kind: 'quiz' is none of {KINDS}",
        ),
        (
            "  - id: a\n    prompt: p\n",
            f"5:5: exercises, item 1: the key 'kind' is missing; it is one of {KINDS}",
        ),
        (
            "  - id: a\n    knd: read\n    prompt: p\n",
            "6:5: unknown key 'knd'; did you mean 'kind'?",
        ),
        ("  - kind: read\n    id: a\n", "5:5: exercises, item 1: the key 'prompt' is missing"),
        (
            "  - kind: read\n    id: a\n    promt: x\n",
            "7:5: unknown key 'promt'; did you mean 'prompt'?",
        ),
        ("  - read\n", "5:5: exercises, item 1: a mapping (key: value) is needed, this is text"),
        (
            "  - {kind: read, id: A B, prompt: x}\n",
            f"5:22: id: 'A B' is not allowed: {SLUG}; did you mean 'a-b'?",
        ),
        ("  []\n", "5:3: exercises: at least 1 needed, this list has 0"),
    ],
)
def test_one_wrong_exercise(in_exercise: InExercise, exercise: str, problem: str) -> None:
    """A misspelt kind or key is named once and does not drag other problems along."""
    assert in_exercise(exercise) == [problem]


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ("functon: f", "10:9: unknown key 'functon'; did you mean 'function'?"),
        (
            "{shape: x, dtype: x}",
            "10:20: checks, item 1: one entry names one check, this names 'shape' and 'dtype'",
        ),
        ("shape x", "10:9: checks, item 1: a mapping (key: value) is needed, this is text"),
        ("values:", "10:16: values: text is needed, nothing is written"),
        ("{values: x, rtoll: 1}", "10:21: unknown key 'rtoll'; did you mean 'rtol'?"),
        ("{values: x, rtol: -1}", "10:27: rtol: at least 0 is needed, this is -1"),
        ("{values: x, rtol: small}", "10:27: rtol: a number is needed, this is text"),
        ("{values: x, weight: heavy}", "10:29: weight: a number is needed, this is text"),
        (
            "{values: x, any_dtype: yes}",
            "10:32: any_dtype: true or false is needed, this is text: write true",
        ),
        (
            "{function: f, inputs: {x: '1 +'}}",
            "10:36: x: this is not a Python expression: invalid syntax",
        ),
        (
            "{function: f, cases: [{x: 1, y: '2 +'}]}",
            "10:42: y: this is not a Python expression: invalid syntax",
        ),
        (
            "{function: f, given: 'y = $'}",
            "10:35: given: this is not Python: invalid syntax",
        ),
        (
            "{function: f, script: 'return $'}",
            "10:39: script: this is not Python: invalid syntax",
        ),
        (
            "{function: f, after: {w.grad: clear}}",
            (
                "10:39: w.grad: 'clear' is none of changed, cleared, same, unchanged; "
                "did you mean 'cleared'?"
            ),
        ),
        (
            "{gradient: y, wrt: [a, 'b =']}",
            "10:35: wrt, item 2: this is not a Python expression: invalid syntax",
        ),
        (
            "{function: f, sizes: {n: [1, 2, 3]}}",
            "10:34: n: 2 needed, this list has 3",
        ),
        (
            "{function: f, sizes: {n: many}}",
            "10:34: n: a whole number or a list or a mapping (key: value) is needed, this is text",
        ),
        (
            "{function: f, inputs: [1]}",
            "10:31: inputs: a mapping (key: value) is needed, this is a list",
        ),
        (
            "{avoids: [for, {a: b}]}",
            f"10:24: avoids, item 2: text is needed, this is a mapping (key: value): {IN_QUOTES}",
        ),
        (
            "{shape: y, says: {missing-dim: x}}",
            "10:27: unknown name 'missing-dim'; did you mean 'missing-dimension'?",
        ),
        ("{shape: y, says: {xyzzy: x}}", "10:27: unknown name 'xyzzy'"),
        (
            "{shape: y, says: {raised: }}",
            "10:35: raised: text is needed, nothing is written",
        ),
        ("{lines: f, at_most: 0}", "10:29: at_most: at least 1 is needed, this is 0"),
        ("{holds: f(x) > 0}", "10:9: checks, item 1: the key 'because' is missing"),
        ("{shares_storage: [x]}", "10:26: shares_storage: 2 needed, this list has 1"),
        (
            "{shape: y, is: [B T]}",
            "10:25: is, item 1: 'B T' is not allowed: an axis is a number, a name or ...",
        ),
        ("{shape: y, says: [x]}", "10:26: says: a mapping (key: value) is needed, this is a list"),
    ],
)
def test_one_wrong_check(in_exercise: InExercise, check: str, problem: str) -> None:
    """A check's parameters are read by the check's own schema."""
    assert in_exercise(f"{CODE}      - {check}\n") == [problem]


def test_a_misspelt_property_is_told_the_nearest(in_exercise: InExercise) -> None:
    """There are too many to know by heart."""
    (problem,) = in_exercise(f"{CODE}      - {{property: p, is: symetric}}\n")
    assert problem.startswith("10:27: is: 'symetric' is none of antisymmetric, ")
    assert "did you mean 'symmetric'?" in problem


@pytest.mark.parametrize("key", ["target", "check"])
def test_a_check_as_it_is_made_in_python(in_exercise: InExercise, key: str) -> None:
    """What its parts are called there is near to other checks' names, and no misspelt one."""
    (problem,) = in_exercise(f"{CODE}      - {key}: f\n        inputs: {{x: '1'}}\n")
    assert problem.startswith("10:9: checks, item 1: no key names a check: its name is the key")


@pytest.mark.parametrize("key", ["hints:\n      - |", "explanation: |"])
def test_a_block_whose_first_line_is_not_the_leftmost(in_exercise: InExercise, key: str) -> None:
    """The text ends at the first line that stands further left, as in a picture."""
    (problem,) = in_exercise(
        f"{CODE}      - shape: y\n    {key}\n            1 2\n           3 4\n"
    )
    line = 13 if "explanation" in key else 14
    assert problem.startswith(f"{line}:12: this line stands to the left of the first line")


def test_a_key_without_its_colon(in_exercise: InExercise) -> None:
    """YAML takes the line and the next for one text, and stumbles over the next one's colon."""
    (problem,) = in_exercise(f"{CODE}      - function f\n        trials: 3\n")
    assert problem.startswith("11:15: the line above goes on here: is a ': ' missing in it")


@pytest.mark.parametrize("size", ["1-6", "1..6", "(1, 6)"])
def test_a_range_that_is_written_otherwise(in_exercise: InExercise, size: str) -> None:
    """As text or as a tuple: the message shows how it is written."""
    problem, *_ = in_exercise(f"{CODE}      - function: f\n        sizes: {{n: {size}}}\n")
    assert problem.endswith("this is text: write [1, 6] for a range")


def test_a_list_of_one_without_its_dash(in_exercise: InExercise) -> None:
    """One check is a list with one item."""
    (problem,) = in_exercise(f"{CODE}      shape: y\n")
    assert "a list is needed, this is a mapping (key: value)" in problem
    assert problem.endswith(": write '- ' before each item")


def test_no_check_named_mentions_some(in_exercise: InExercise) -> None:
    """Where nothing is near, the usual ones are listed, and where the others are."""
    (problem,) = in_exercise(f"{CODE}      - xyzzy: f\n")
    assert problem.startswith("10:9: checks, item 1: no key names a check, such as shape")
    for name in ("shape", "dtype", "values", "gradient", "function", "uses", "avoids"):
        assert name in problem


@pytest.mark.parametrize(
    "check",
    [
        "uses: for",
        "avoids: [for, while]",
        "{gradient: loss, wrt: [w, b]}",
        "{function: 'lambda x: x', inputs: {x: 1.5}, sizes: {n: [0, 6], d: {of: [0, 1, -1]}}}",
        "{function: f, cases: [{x: '1'}, {x: '2'}], trials: 8, gradients: true, mutates: [x]}",
        "{values: x, rtol: 1e-3, atol: 0, weight: 2}",
        "{values: x, rtol: null, atol: }",
        "{values: x, says: {sign-flipped: Which way round?, raised: 'Look: there.'}}",
        "{shape: y, is: [B, ..., 3]}",
        "{shape: '(q, k)', is: [[B, T, D], [..., 3]]}",
        "{property: p, is: sums-to-one, dim: -1, atol: 1e-3}",
        "{holds: f(x) >= 0, because: it is, inputs: {x: torch.rand(n)}, sizes: {n: [0, 6]}}",
        "shares_storage: [x, y]",
        "unchanged: [x, model]",
        "{prints: answer, any_case: true}",
        "{raises: f(-1), matches: 'at least [0-9]+'}",
        "{no_warning: answer, category: UserWarning}",
        "{lines: answer, at_most: 3}",
        "defines: f(x, *, dim=-1)",
    ],
)
def test_right_checks_have_no_problems(in_exercise: InExercise, check: str) -> None:
    """What the design writes down is accepted."""
    assert in_exercise(f"{CODE}      - {check}\n") == []


def test_problems_end_at_a_bound(in_exercise: InExercise) -> None:
    """A file of nonsense is not answered with a flood."""
    lines = "".join(f"    key{n}: x\n" for n in range(5000))
    assert len(in_exercise("  - id: a\n    kind: read\n    prompt: p\n" + lines)) == 200
