"""What PyTorch's exceptions about shapes mean. Without torch."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["SHAPE_RULES"]

_Says: TypeAlias = str | Callable[[re.Match[str]], str]


def _product(match: re.Match[str]) -> str:
    rows, inner, other, columns = (int(group) for group in match.groups())
    said = f"A matrix product needs equal inner sizes, and here {inner} meets {other}."
    if rows == other or inner == columns:
        return f"{said} Does one of the two have to be transposed, or the order changed?"
    if inner < other and other % inner == 0:
        return (
            f"{said} In a linear layer these are the input's last dimension and its "
            f"`in_features`: are there dimensions to be flattened into one of size {other}?"
        )
    return f"{said} In a linear layer these are the input's last dimension and its `in_features`."


def _sizes(match: re.Match[str]) -> str:
    one, other, axis = match.groups()
    return (
        f"Shapes are laid over each other from the right; in dimension {axis}, {one} meets "
        f"{other}, and neither is 1. Was a dimension lost (`keepdim=True`), or does one have to "
        "be put in?"
    )


def _channels(match: re.Match[str]) -> str:
    shape = [int(size) for size in re.findall(r"\d+", match[1])]
    wanted, got = int(match[2]), int(match[3])
    said = "PyTorch's images are (batch, channels, height, width)."
    if shape and shape[-1] == wanted:
        return f"{said} Here the {wanted} channels come last. Which of the axes have to move?"
    return f"{said} So this one has {got} channels, but the layer was made for {wanted}."


def _images(match: re.Match[str]) -> str:
    missing = len(re.findall(r"\d+", match[1])) < 3
    advice = " Is the dimension for the channels missing?" if missing else ""
    return f"PyTorch's images are (batch, channels, height, width).{advice}"


def _elements(match: re.Match[str]) -> str:
    return (
        f"The new shape must hold exactly the {match[2]} elements that there are. Which of its "
        "sizes is wrong, or missing?"
    )


def _one_place(match: re.Match[str]) -> str:
    sizes = match[1].split(", ")
    shape = f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"
    return f"There is room for one number here, and this is a tensor of shape {shape}."


def _vector(match: re.Match[str]) -> str:
    return f"A product with a vector needs equal inner sizes, and here {match[2]} meets {match[3]}."


_VIEW = (
    "`view` only looks at memory in another way, and after a transpose, `permute` or a slice the "
    "elements no longer lie in that order. `reshape` copies where it must."
)

SHAPE_RULES: tuple[tuple[str, str, _Says], ...] = (
    ("RuntimeError", r"view size is not compatible", _VIEW),
    ("RuntimeError", r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", _product),
    (
        "RuntimeError",
        r"size mismatch, got input \((\d+)\), mat \(\d+x(\d+)\), vec \((\d+)\)",
        _vector,
    ),
    ("RuntimeError", r"expand\(\w+\.\w+\{\[([\d, ]+)\]\}, size=\[\]\)", _one_place),
    (
        "RuntimeError",
        r"first two dimensions of batch2 tensor to be: \[\d+, (\d+)\] but got: \[\d+, (\d+)\]",
        lambda m: (
            f"In a product of batches of matrices the inner sizes must agree; here {m[1]} "
            f"meets {m[2]}. Does one of the two have to be transposed (its last two dimensions)?"
        ),
    ),
    (
        "RuntimeError",
        r"inconsistent tensor size, expected tensor \[(\d+)\] and src \[(\d+)\]",
        lambda m: f"A product of two vectors needs equal lengths, and these are {m[1]} and {m[2]}.",
    ),
    (
        "RuntimeError",
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) .*dimension (\d+)",
        _sizes,
    ),
    (
        "RuntimeError",
        r"output with shape .* doesn't match the broadcast shape",
        "What is written in place keeps its shape, and the result here needs a larger one.",
    ),
    ("RuntimeError", r"expected input(\[.*?\]) to have (\d+) channels, but got (\d+)", _channels),
    (
        "RuntimeError",
        r"expected 3d .* or 4d .* input to conv\w*, but got input of size: (\[.*?\])",
        _images,
    ),
    (
        "RuntimeError",
        r"running_mean should contain (\d+) elements not (\d+)",
        lambda m: (
            f"This batch norm was made for {m[2]} channels, and finds {m[1]}. PyTorch's "
            "images are (batch, channels, height, width): the channels come second."
        ),
    ),
    ("RuntimeError", r"shape '(\[.*?\])' is invalid for input of size (\d+)", _elements),
    (
        "RuntimeError",
        r"sizes of tensors must match except in dimension (\d+)",
        lambda m: (
            f"`cat` along dimension {m[1]} needs all other sizes equal. Is it another `dim`, "
            "or does something have to be padded?"
        ),
    ),
    (
        "IndexError",
        r"dimension out of range \(.* range of \[(-?\d+), (\d+)\], but got (-?\d+)\)",
        lambda m: (
            f"The tensor has {int(m[2]) + 1} "
            f"dimension{'s' if int(m[2]) else ''}, counted from 0: there is no dimension {m[3]}."
        ),
    ),
    (
        "ValueError",
        r"target size \(.*?\) must be the same as input size",
        "Predictions and targets must have one shape. Which of the two has a dimension too many?",
    ),
    (
        "ValueError",
        r"expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)",
        lambda m: (
            f"There are {m[1]} rows of logits and {m[2]} targets: one for each row is needed."
        ),
    ),
)
