from __future__ import annotations

import ast
import gc
import json
import subprocess
import sys

import pytest

from checks import CHECKS
from checks.catalog import CODES_PATH, PATH, catalog
from checks.codes import CODES, rank
from checks.registry import INTERNAL, build


def test_the_catalog_files_are_the_generated_ones() -> None:
    """`python -m checks.catalog` writes them anew."""
    assert json.loads(PATH.read_text(encoding="utf-8")) == catalog()
    codes = json.loads(CODES_PATH.read_text(encoding="utf-8"))
    assert list(codes.items()) == list(CODES.items())


def test_every_entry_is_closed_and_described() -> None:
    """A lesson's editor shows what each key is for, and a misspelt key is found."""
    for name, entry in catalog().items():
        assert entry["additionalProperties"] is False
        assert entry["required"][0] == name
        assert len(entry["description"]) > 40
        for key, schema in entry["properties"].items():
            assert schema.get("description"), f"{name}.{key}"


def test_no_parameter_is_named_like_a_check() -> None:
    """One key of an entry names the check: it must be told from the parameters."""
    for name, entry in catalog().items():
        assert set(entry["properties"]) & set(CHECKS) == {name}
        assert name not in INTERNAL


@pytest.mark.parametrize(
    ("name", "target", "params"),
    [
        ("shape", "y", {}),
        ("values", "y[0]", {"rtol": 1e-3, "any_order": True}),
        ("gradient", ["w", "b"], {}),
        ("gradient", "loss", {"wrt": ["w"]}),
        ("function", "f", {"inputs": {"x": "1"}, "sizes": {"n": [1, 2], "d": {"of": [0, None]}}}),
        ("optimizer", "opt", {"covers": ["w", "b"], "ignores": ["momentum"]}),
        ("update_rule", "Rule", {"configs": [{"lr": 1, "betas": [0.9, 0.99], "nesterov": True}]}),
        ("schedule", "make(optimizer)", {"metrics": [3, 2.5], "lr": 1}),
        ("step_order", "answer", {"times": 3}),
        ("training", "fit(m)", {"reaches": {"a": 0.1, "b": ">= 1e-3"}, "improves": "c"}),
        ("evaluation", "evaluate(m)", {"sizes": {"n": [1, 3]}, "atol": 0}),
        ("dataset", "Pairs(x)", {"sizes": {"n": {"of": [0, 3]}}, "any_values": True}),
        ("loader", "make(d)", {"sizes": {"n": 9}}),
        ("collate", "pad", {"batch": "[1]", "batches": ["[]"]}),
        ("uses", "for", {}),
        ("avoids", ["for", "while"], {"weight": 2}),
    ],
)
def test_checks_are_built_from_plain_data(
    name: str, target: object, params: dict[str, object]
) -> None:
    """What YAML gives becomes a check, and survives the garbage collector."""
    check = build(name, target, params)
    assert check.name == name
    gc.collect(0)
    assert check == build(name, target, params)


@pytest.mark.parametrize(
    ("name", "target", "params", "word"),
    [
        ("shapes", "y", {}, "no check"),
        ("shape", "y =", {}, "no Python expression"),
        ("shape", 3, {}, "str"),
        ("values", "y", {"any_ordr": True}, "any_ordr"),
        ("uses", [], {}, "length"),
        ("gradient", ["a", "b"], {"wrt": "c"}, "one expression"),
        ("prediction", "", {"code": "x", "ask": "value"}, "`of`"),
        ("training", "fit()", {"reaches": {"a": "< 1"}}, "reaches"),
        ("update_rule", "Rule", {"steps": 2}, "steps"),
        ("update_rule", "Rule", {"configs": []}, "configs"),
        ("step_order", "f()", {"given": "for"}, "given"),
        ("loader", "f()", {"sizes": {"n": [3, 1]}}, "range"),
    ],
)
def test_wrong_data_is_refused_with_a_reason(
    name: str, target: object, params: dict[str, object], word: str
) -> None:
    """The message names what is wrong."""
    with pytest.raises(ValueError, match=word):
        build(name, target, params)


def test_codes_are_ranked_in_the_teaching_order() -> None:
    """Not defined, raised, type, rank, shape, dtype, device, values, gradients."""
    order = [
        "not-defined",
        "raised",
        "wrong-type",
        "missing-dimension",
        "wrong-shape",
        "wrong-dtype",
        "wrong-device",
        "wrong-values",
        "no-gradient",
        "wrong-gradient",
    ]
    assert sorted(order, key=rank) == order
    assert rank("no-such-code") == len(CODES)


def test_every_code_that_the_library_gives_is_in_the_table() -> None:
    """A report or a lesson can rely on the table."""
    given: set[str] = set()
    for path in PATH.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                    given.add(code)
                case ast.Call(func=ast.Name(id="Miss"), args=[ast.Constant(value=str(code)), *_]):
                    given.add(code)
    assert len(given) > 40
    assert given - {""} <= set(CODES)


@pytest.mark.parametrize(
    "modules",
    ["checks", "checks.finding", "checks.data", "checks.codec", "checks.codes", "checks.typed"],
)
def test_plain_modules_do_not_import_torch(modules: str) -> None:
    """A front end may import them."""
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_library_never_imports_the_tutor() -> None:
    """It can be used alone: in a notebook, in pytest."""
    code = (
        "import sys, checks; checks.examine; checks.CHECKS; import checks.catalog;"
        "sys.exit(any(m == 'tutor' or m.startswith('tutor.') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_names_are_refused() -> None:
    """The lazy package raises what any module would."""
    import checks

    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = checks.nothing_like_it
