"""The report for machines: plain data for JSON, and JUnit's XML for CI servers."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from tutor.authoring.verify.report import ExerciseReport, LessonReport, Report
from tutor.authoring.verify.text import percent
from tutor.course.problems import Problem

__all__ = ["as_data", "as_junit"]


def as_data(report: Report, least: float | None = None) -> dict[str, Any]:
    """The document of ``--json``."""
    return {
        "status": "pass" if report.exit_code(least) == 0 else "fail",
        "faults": len(report.faults),
        **_strength(report),
        "min_strength": least,
        "seed": report.seed,
        "times": report.times,
        "sandbox": report.sandbox,
        "answers": report.answers,
        "seconds": round(report.seconds, 3),
        "problems": [_problem(problem) for problem in report.problems],
        "missing": [{"path": str(path), "reason": reason} for path, reason in report.missing],
        "lessons": [_lesson(lesson) for lesson in report.lessons],
    }


def _strength(of: Report | LessonReport | ExerciseReport) -> dict[str, Any]:
    share = of.strength.percent
    return {
        "strength": None if share is None else round(share, 2),
        "killed": of.strength.killed,
        "counted": of.strength.counted,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
    }


def _lesson(lesson: LessonReport) -> dict[str, Any]:
    return {
        "path": str(lesson.path),
        "lesson": lesson.id,
        **_strength(lesson),
        "problems": [_problem(problem) for problem in lesson.problems],
        "exercises": [_exercise(exercise) for exercise in lesson.exercises],
    }


def _exercise(exercise: ExerciseReport) -> dict[str, Any]:
    return {
        "exercise": exercise.id,
        "kind": exercise.kind,
        "faults": [msgspec.to_builtins(fault) for fault in exercise.faults],
        **_strength(exercise),
        "mutants_possible": exercise.possible,
        "mutants_tried": exercise.tried,
        "mutants": [msgspec.to_builtins(mutant) for mutant in exercise.mutants],
        "answers": exercise.answers,
        "seconds": round(exercise.seconds, 3),
    }


# --- JUnit


def as_junit(report: Report, least: float | None = None) -> str:
    """JUnit's XML: a suite for each lesson, a case for each exercise.

    An unnoticed change fails no case; a lesson that is too weak has one that fails for it.
    """
    root = ET.Element("testsuites", name="tutor verify", time=f"{report.seconds:.3f}")
    weak = {lesson.path for lesson in report.weak(least)}
    for lesson in report.lessons:
        _suite(root, lesson, too_weak=lesson.path in weak)
    if report.problems or report.missing:
        suite = ET.SubElement(root, "testsuite", name="files")
        for problem in report.problems:
            _case(suite, "files", str(problem.path), "error", "problem", str(problem))
        for path, reason in report.missing:
            _case(suite, "files", str(path), "error", "missing", reason)
        _count(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, lesson: LessonReport, *, too_weak: bool) -> None:
    name = lesson.id or lesson.path.stem
    seconds = sum(exercise.seconds for exercise in lesson.exercises)
    suite = ET.SubElement(
        root, "testsuite", name=_plain(name), file=str(lesson.path), time=f"{seconds:.3f}"
    )
    for problem in lesson.problems:
        _case(suite, name, "the file", "error", "problem", str(problem))
    for exercise in lesson.exercises:
        attributes = {
            "classname": _plain(name),
            "name": _plain(exercise.id),
            "time": f"{exercise.seconds:.3f}",
        }
        case = ET.SubElement(suite, "testcase", attributes)
        for fault in exercise.faults:
            text = f"{fault.about}: {fault.message}\n{fault.advice}"
            kind = "error" if fault.code == "tutor-fault" else "failure"
            failure = ET.SubElement(
                case, kind, type=fault.code, message=_plain(f"{fault.about}: {fault.message}")
            )
            failure.text = _plain(text)
        if exercise.survivors:
            diffs = "\n\n".join(mutant.diff for mutant in exercise.survivors)
            ET.SubElement(case, "system-out").text = _plain(f"Unnoticed changes:\n\n{diffs}")
    if too_weak:
        _case(suite, name, "strength", "failure", "too-weak", percent(lesson.strength))
    _count(suite)


def _case(  # noqa: PLR0913, PLR0917 - the parts of one case
    suite: ET.Element, group: str, name: str, kind: str, code: str, message: str
) -> None:
    case = ET.SubElement(suite, "testcase", classname=_plain(group), name=_plain(name))
    ET.SubElement(case, kind, type=code, message=_plain(message))


def _count(suite: ET.Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for kind, key in (("failure", "failures"), ("error", "errors")):
        suite.set(key, str(sum(case.find(kind) is not None for case in cases)))


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _plain(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
