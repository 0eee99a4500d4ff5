"""The texts that fields of course files hold."""

from __future__ import annotations

from typing import Annotated

import msgspec

__all__ = ["Slug", "Text"]

Slug = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        extra_json_schema={
            "patternErrorMessage": "lower-case letters and digits in parts joined by single hyphens"
        },
    ),
]
"""An id."""

Text = Annotated[str, msgspec.Meta(min_length=1)]
"""What may not be left empty."""
