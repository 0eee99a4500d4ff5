"""How an installed package says where its course is; read by the front end and by the sandbox.

The one opens what the other hides from a learner's code: so both must understand the same.
"""

from __future__ import annotations

import re

__all__ = ["GROUP", "names_in"]

GROUP = "tensor_tutor.courses"
"""The group of entry points; a value names a package and a directory: ``my_package:lessons``."""


def names_in(value: str) -> tuple[str, ...]:
    """The names that lead to the directory; none where the value is not of that form."""
    found = re.fullmatch(r"\s*([\w.]+)\s*(?::\s*([\w.]+)\s*)?", value)
    names = () if found is None else tuple(".".join(filter(None, found.groups())).split("."))
    return names if all(name.isidentifier() for name in names) else ()
