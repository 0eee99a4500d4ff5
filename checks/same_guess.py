"""Whether two predictions say the same in other words. Without torch."""

from __future__ import annotations

import re
from typing import Any

from checks.typed import Literal, Number, read_dtypes, read_error, read_shape, read_value

__all__ = ["mean_the_same"]


def mean_the_same(ask: str, text: str, other: str) -> bool:
    """Whether both texts predict the same for what is asked."""
    left, right = (_meaning(ask, t) for t in (text, other))
    return bool(left == right)


def _meaning(ask: str, text: str) -> Any:
    plain = "".join(text.lower().split())
    match ask:
        case "shape":
            shape = read_shape(text)
            return plain if shape is None else shape
        case "dtype":
            return read_dtypes(text) or plain
        case "error":
            error = read_error(text)
            return plain if error is None else error.lower().removesuffix("error")
        case "value":
            read = read_value(text)
            return plain if read is None else _bare(read)
    return re.sub(r"(\d\.)0+(?!\d)", r"\1", plain)


def _bare(read: Number | Literal) -> Any:
    if isinstance(read, Number):
        return "nan" if read.value != read.value else read.value  # NaN
    return (read.kind, read.text, tuple(_bare(item) for item in read.items))
