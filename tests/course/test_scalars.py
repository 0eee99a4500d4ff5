from __future__ import annotations

from typing import Any

import pytest

from tutor.course.nodes import Scalar
from tutor.course.scalars import plain_data
from tutor.course.source import At


def scalar(text: str, style: str = "") -> Scalar:
    return Scalar(At(1, 1), text, style, (0, len(text)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("12", 12),
        ("-07", -7),
        ("0o17", 15),
        ("0xfF", 255),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.e-3", 0.001),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("9" * 30, 1e30),
        ("2026-01-01", "2026-01-01"),
        ("١٢", "١٢"),
    ],
)
def test_core_rules_of_yaml_1_2(text: str, value: Any) -> None:
    """Plain scalars are resolved by the core schema, to finite numbers only."""
    read = plain_data(scalar(text))
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("style", ["'", '"', "|", ">"])
def test_what_is_quoted_is_text(style: str) -> None:
    """Quotes and blocks are never resolved."""
    assert plain_data(scalar("12", style)) == "12"
