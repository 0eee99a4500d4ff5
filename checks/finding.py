"""What a check concludes. Plain data, without torch, so that a front end can read it."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

__all__ = ["Finding", "Status"]

Status: TypeAlias = Literal["pass", "fail", "error", "skipped"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One check's conclusion about one answer.

    Attributes:
        check: the check's name, e.g. ``function``.
        target: what was looked at, e.g. ``normalise``.
        status: ``error`` means that the tutor or the lesson failed, never the learner.
        code: a stable, machine-readable cause such as ``missing-dimension``; empty on a pass.
        message: for the learner; names the cause. Empty on a pass.
        expected: what the reference gave, printed short.
        actual: what the answer gave, printed short.
        line: the line of the answer (from 1) that the cause lies on, where it is known.
        details: structured facts for a display: ``index``, ``axis``, ``count``, tensors…
        says: the lesson author's own Markdown about this code, to be shown before `message`;
            empty where there is none.
    """

    check: str
    target: str
    status: Status
    code: str = ""
    message: str = ""
    expected: str = ""
    actual: str = ""
    line: int | None = None
    details: dict[str, Any] = {}
    says: str = ""
