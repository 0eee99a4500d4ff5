from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.authoring.lint.conftest import GOOD, Find, InGood
from tutor.authoring.lint.rules import RULES

ROOT = Path(__file__).resolve().parents[3]

# The rule that is broken, a piece of the good lesson, and what stands there instead; ¶ marks where
# the problem is to be reported.
BROKEN = [
    ("invisible-character", "id: good", "id: ¶\x07good"),
    ("too-large", "summary: Nothing", f"summary: {'[' * 39}¶{'[' * 20}"),
    ("yaml-syntax", "title: Guess", "title: Guess¶: a lot"),
    ("yaml-syntax", "    title: Guess", "¶\ttitle: Guess"),
    ("yaml-tag", "title: Guess", "title: ¶!important"),
    ("yaml-alias", "title: Guess", "title: ¶*stars"),
    ("duplicate-key", "    title: Guess", "    title: Guess\n    ¶kind: predict"),
    ("folded-code", "    code: |\n      y = torch", "    code: ¶>\n      y = torch"),
    ("folded-code", "code: |\n      y = torch.ones(2)", "code: ¶y = torch.ones(2)\n       "),
    ("folded-code", "starter: |\n      def", "starter: ¶>\n      def"),
    ("text-or-value", "title: Guess", "title: ¶no"),
    ("text-or-value", "summary: Nothing is wrong with it.", "summary: ¶12:30"),
    ("text-or-value", "id: good", "id: ¶on"),
    ("lost-comment", "title: Guess", "title: Guess ¶# of rows"),
    ("folded-markdown", "prompt: What is `y`?", "prompt: ¶>\n      - one\n      - two"),
    ("trailing-space", "          return x / total", "          return x / total¶ "),
    ("trailing-space", "      Write `normalise(x)`.", "      Write `normalise(x)`.¶  \n      Now."),
    ("unknown-key", "    title: Guess", "    ¶titel: Guess"),
    ("unknown-key", "        sizes:", "        ¶size:"),
    ("missing-key", "format: 1\nid: good\n", "¶format: 1\n"),
    ("missing-text", "prompt: What is `y`?", "prompt: ¶''"),
    ("wrong-type", "minutes: 5", "minutes: ¶five"),
    ("bad-value", "ask: value", "ask: ¶valeu"),
    ("unknown-check", "    checks:\n      - f", "    checks:\n      - ¶weight: 2\n      - f"),
    ("lost-indentation", "      Write `normalise(x)`.", "      So:\n        ¶1 2\n        3 4"),
    ("lost-indentation", "- Look at the shapes.", "- |\n            ¶1 2\n            3 4"),
    ("fixed-seed", "    solution: |\n      t = torch.ones(3)",
     "    setup: |\n      ¶torch.manual_seed(0)\n    solution: |\n      t = torch.rand(3)"),
    ("unfit-parameters", "        given: |", "        trials: ¶0\n        given: |"),
    ("unfit-parameters", "m: [1, 6]", "m: ¶[6, 1]"),
    ("unfit-parameters", "        given: |", "        cases: [{¶y: 1}]\n        given: |"),
    ("duplicate-id", "- id: guess", "- id: ¶intro"),
    ("duplicate-id", "- id: columns", "- id: ¶no-keepdim"),
    ("question", "    ask: value\n", "    ask: output\n    # nothing\n"),
    ("no-correct-option", "correct: true", "correct: false, says: No."),
    ("python-syntax", "return x / total", "return x /¶"),
    ("python-syntax", 'x: "torch.rand(n, m)"', 'x: "torch.rand¶("'),
    ("python-syntax", "offset = n + 1", "offset = n +¶"),
    ("python-syntax", "y = torch.ones(2).sum()", "y = ¶\u201ctwo\u201d"),
    ("undefined-name", "x.sum(dim=1, keepdim=True)", "¶F.normalize(x)"),
    ("undefined-name", "torch.rand(n, m)", "torch.rand(n, ¶k)"),
    ("undefined-name", "offset = n + 1", "offset = ¶q + 1"),
    ("undefined-name", "of: y", "of: ¶z"),
    ("undefined-target", "function: normalise", "function: ¶normalize"),
    ("input-call", "y = torch.ones(2).sum()", "y = torch.ones(2) + int(¶input())"),
    ("starter-syntax", "return ____", "return ¶(____"),
    ("typographic-quote", "print(torch.ones(2))", "print('¶\u201ctwo\u201d')"),
    ("tab-in-code", "return x / total", "return x /¶\ttotal"),
    ("long-code-line", "return x / total", f"return x / total  # {'x' * 50}¶xxx"),
    ("starter-passes", "starter: |\n      def normalise(x):\n          return ____",
     "starter: ¶|\n      def normalise(x):\n          return (x / x.sum(1)[:,None])"),
    ("mistake-is-right",
     "answer: |\n          def normalise(x):\n              return x / x.sum(dim=1)",
     "answer: ¶|\n          def normalise(x):\n              return x/x.sum(1)[:, None]  # so"),
    ("same-mistake", "return x / x.sum(dim=0, keepdim=True)", "return x / x.sum(dim=1)"),
    ("few-lines", "solution: |\n      a = torch.ones(2)\n      b = a + 1\n",
     "solution: ¶|\n      b = 1\n"),
    ("other-lines", "          b = a - 1\n", "          ¶b = a - 2\n"),
    ("same-line", '["b = a - 1"]', '["b = a - 1", ¶"  a = torch.ones(2)"]'),
    ("same-line", "      b = a + 1\n", "      b = a + 1\n      ¶b = a + 1\n"),
    ("bad-value", '["b = a - 1"]', '["b = a - 1", ¶"x = 1\\ny = 2"]'),
    ("same-answer", 'accepts: ["tensor(2.)"]', 'accepts: ["tensor(2.)", ¶"tensor(2.)"]'),
    ("hint-gives-solution", "- Which dimension is it?",
     "- ¶Use `x.sum(dim=1, keepdim=True)`, then `x / total`."),
    ("starter-gives-solution", "return ____",
     "return ____\n      ¶# total = x.sum(dim=1, keepdim=True)\n      # x / total"),
    ("no-hint", "    hints:\n      - Count.\n", ""),
    ("no-mistake", '    mistakes:\n      - {id: one, answer: "1", says: Two ones.}\n', ""),
    ("no-says", '- {text: "`[1, 2]`", says: A list.}', '- ¶{text: "`[1, 2]`"}'),
    ("empty-text", "    explanation: Done.", "    ¶explanation: ''"),
    ("long-title", "title: Guess", f"title: ¶{'Guess ' * 12}"),
    ("open-fence", "      ```\n\n      | dim", "\n      | dim"),
    ("lone-backtick", "Some *text*, with", "It is ¶`w\n      * x` plus\n\n      Some, with"),
    ("broken-link", "[link](https://pytorch.org)", "[link](¶notes.md)"),
    ("broken-link", "[link](https://pytorch.org)", "[link¶]()"),
    ("broken-link", "[link](https://pytorch.org)", "¶[link][there]"),
    ("image", "[link](https://pytorch.org)", "¶![graph](https://pytorch.org/a.png)"),
    ("raw-html", "Some *text*", "A list¶<int>"),
    ("raw-html", "Some *text*, with", "¶<b>\n      Some, with"),
    ("deep-heading", "      Some *text*", "      ¶#### Deep\n\n      Some *text*"),
    ("wide-table", "      | dim | meaning |", f"      ¶| dim | {'meaning ' * 10}|"),
    ("long-word", "Some *text*", f"Some ¶{'x' * 80}"),
]  # fmt: skip


def test_the_good_lesson_breaks_no_rule(find: Find) -> None:
    """Nothing is said about a lesson with every kind of exercise in it."""
    assert find(GOOD) == []


@pytest.mark.parametrize(("code", "old", "new"), BROKEN)
def test_a_broken_rule_is_reported_where_it_is_broken(
    in_good: InGood, code: str, old: str, new: str
) -> None:
    """The rule's own code, at the very place, and at most what follows from it besides."""
    found = in_good(old, new)
    assert found.count(f"here {code}") == 1 or ("¶" not in new and code in str(found)), found
    assert len(found) <= 3, found


def test_every_rule_has_a_lesson_that_breaks_it() -> None:
    """The others are about a file or a course as a whole: they have tests of their own."""
    elsewhere = {
        *("unreadable", "encoding", "empty-course", "course-order", "unknown-lesson"),
        *("circular-requires", "later-requires", "custom-checks", "schema"),
        *("no-topics", "unknown-topic", "unknown-term", "same-term", "unmentioned-term"),
    }
    assert {code for code, _, _ in BROKEN} == RULES.keys() - elsewhere


def test_every_code_in_the_source_is_a_rule() -> None:
    """No problem has a code that nobody explains."""
    codes = set()
    for path in [*(ROOT / "tutor/course").glob("*.py"), *(ROOT / "tutor/authoring").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="add"), args=[_, _, ast.Constant(str(code))]):
                    codes.add(code)
                case ast.Call(
                    func=ast.Attribute(attr="flag"), args=[_, ast.Constant(str(code)), _]
                ):
                    codes.add(code)
    assert codes
    assert codes <= RULES.keys()


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_explained(code: str) -> None:
    """With a sentence, under a heading."""
    rule = RULES[code]
    assert rule.meaning.endswith(".")
    assert rule.severity in {"error", "warning"}
    assert rule.about[0].isupper()
