"""What to say of a dataset with another length, other samples or another end."""

from __future__ import annotations

import msgspec

from checks.comparing import compare_values
from checks.data import Nothing, Observed, Opaque, Raised
from checks.diagnosis.raising import raised_alike, what_raised
from checks.difference import Difference, Scene, first
from checks.memory import Memory
from checks.packing import unpacked
from checks.show import count, kind_of, show, show_raised
from checks.tolerance import Relax

__all__ = ["DatasetFacts", "compare_datasets", "dataset_fault", "datasets_alike"]


class DatasetFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset, beside its samples.

    Attributes:
        length: what `len` gives; None where it gives nothing.
        indexed: whether it is asked by index.
        iterable: whether it is an iterable.
        raised: exceptions, by the place that raised: ``length``, ``item:3``, ``beyond:0``
            (counted from the end), ``before:1`` (counted from the negative end), ``pass``.
        passes: how many samples each pass through it gave, bounded.
    """

    length: int | None
    indexed: bool
    iterable: bool
    raised: dict[str, Raised]
    passes: tuple[int, ...]


def dataset_fault(reference: tuple[Observed, ...], subject: str) -> str:
    """Why the lesson is to blame, or an empty string."""
    for observed in reference:
        facts = unpacked(observed, DatasetFacts)
        if facts is None or not (facts.indexed or facts.iterable):
            return f"`{subject}` is no dataset in the solution"
        if facts.indexed and facts.length is None:
            return f"the solution's `len({subject})` fails"
        for key, raised in facts.raised.items():
            if key.startswith("item:") and "-" not in key:
                return f"the solution's sample {key[5:]} raised {show_raised(raised)}"
    return ""


def compare_datasets(
    answer: Observed, reference: Observed, subject: str, relax: Relax, source: str
) -> Difference | None:
    """The first difference between two datasets."""
    mine, right = unpacked(answer, DatasetFacts), unpacked(reference, DatasetFacts)
    assert right is not None  # noqa: S101  # for the type checker: the caller looked
    if mine is None or answer.value is None:
        return Difference(code="unobserved", message="The answer's process gave no dataset.")
    if not mine.indexed and right.indexed:
        return _no_dataset(answer, subject)
    if right.length is not None and mine.length != right.length:
        return _length(mine, right, subject)
    scene = Scene(
        subject=subject,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=relax,
        source=source,
    )
    return (
        _samples(answer, reference, mine, right, scene)
        or _ends(answer, mine, right, scene)
        or _passes(mine, right, subject)
    )


def _no_dataset(answer: Observed, subject: str) -> Difference:
    value = answer.value or Nothing()
    hint = "It has no `__getitem__`."
    if isinstance(value, Opaque) and value.kind == "type":
        hint = "Make an object of the class by calling it."
    return Difference(
        code="wrong-type",
        message=f"`{subject}` is {kind_of(value)}, which cannot be asked for a sample by its "
        f"index. {hint}",
        expected="a dataset",
        actual=kind_of(value),
    )


def _length(mine: DatasetFacts, right: DatasetFacts, subject: str) -> Difference:
    expected = str(right.length)
    raised = mine.raised.get("length")
    if raised is not None:
        return Difference(
            code="wrong-length",
            message=f"`len({subject})` raised {show_raised(raised)}. A dataset gives the number "
            "of its samples in `__len__`.",
            expected=expected,
            actual=show_raised(raised),
            line=raised.line,
        )
    off = ""
    if mine.length is not None and right.length is not None:
        off = " It is off by one." if abs(mine.length - right.length) == 1 else ""
    return Difference(
        code="wrong-length",
        message=f"`len({subject})` is {mine.length}, but there {_are(right.length or 0)}.{off}",
        expected=expected,
        actual=str(mine.length),
    )


def _samples(
    answer: Observed,
    reference: Observed,
    mine: DatasetFacts,
    right: DatasetFacts,
    scene: Scene,
) -> Difference | None:
    """The first difference among the samples, in the teaching order."""
    found = []
    for key, expected in reference.after.items():
        if not key.startswith("item:") or key in right.raised:
            continue
        where = f"[{key[5:]}]" if right.indexed else f", sample {key[5:]}"
        if key in mine.raised:
            found.append(what_raised(mine.raised[key], f"{scene.subject}{where}", scene.source))
            continue
        about = msgspec.structs.replace(scene, subject=f"{scene.subject}{where}")
        actual = answer.after.get(key)
        if actual is None:
            found.append(
                Difference(code="wrong-length", message=f"`{about.subject}` does not come.")
            )
        else:
            difference = compare_values(actual, expected, about)
            found += [] if difference is None else [difference]
    return first(found)


def _ends(
    answer: Observed, mine: DatasetFacts, right: DatasetFacts, scene: Scene
) -> Difference | None:
    """Indices that the solution refuses."""
    for key, wanted in right.raised.items():
        kind, _, number = key.partition(":")
        if kind not in ("beyond", "before", "item"):
            continue
        length = right.length or 0
        index = {"beyond": length + int(number), "before": -length - int(number)}.get(
            kind, int(number)
        )
        subject = f"{scene.subject}[{index}]"
        raised = mine.raised.get(key)
        if raised is None:
            value = show(answer.after.get(key, Nothing()), scene.actual, 80)
            loop = " A loop over the dataset ends at that error, or never." * (kind == "beyond")
            return Difference(
                code="not-raised",
                message=f"There {_are(length)}, and `{subject}` gives {value}: it "
                f"should raise {wanted.type}.{loop}",
                expected=wanted.type,
                actual=value,
            )
        if wanted.type not in raised.bases:
            return Difference(
                code="wrong-error",
                message=f"`{subject}` raised {show_raised(raised)}, but {wanted.type} is expected.",
                expected=wanted.type,
                actual=raised.type,
                line=raised.line,
            )
    return None


def _are(number: int) -> str:
    """``is 1 sample``, ``are 3 samples``."""
    return f"{'is' if number == 1 else 'are'} {count(number, 'sample')}"


def _passes(mine: DatasetFacts, right: DatasetFacts, subject: str) -> Difference | None:
    if mine.passes == right.passes:
        return None
    if "pass" in mine.raised:
        return what_raised(mine.raised["pass"], f"for sample in {subject}", "")
    if len(right.passes) > 1 and mine.passes[:1] == right.passes[:1]:
        return Difference(
            code="used-up",
            message=f"`{subject}` gives its samples once; a second pass gives "
            f"{count(mine.passes[-1], 'sample')} of {right.passes[-1]}. Start anew in every "
            "`__iter__`.",
        )
    return Difference(
        code="wrong-length",
        message=f"A loop over `{subject}` gives {_passed(mine)}, but there "
        f"{_are(right.passes[0] if right.passes else 0)}.",
        expected=_passed(right),
        actual=_passed(mine),
    )


def _passed(facts: DatasetFacts) -> str:
    return count(facts.passes[0], "sample") if facts.passes else "no samples"


def datasets_alike(left: Observed, right: Observed, relax: Relax) -> bool:
    """Whether both have the same samples and the same ends."""
    mine, other = unpacked(left, DatasetFacts), unpacked(right, DatasetFacts)
    if mine is None or other is None:
        return mine is other and left.value == right.value
    whole = [(f.length, f.indexed, f.iterable, f.passes) for f in (mine, other)]
    if whole[0] != whole[1] or mine.raised.keys() != other.raised.keys():
        return False
    if not all(raised_alike(mine.raised[key], other.raised[key]) for key in mine.raised):
        return False
    scene = Scene(
        subject="", actual=Memory(left.storages), expected=Memory(right.storages), relax=relax
    )
    keys = [key for key in left.after if ":" in key]
    return keys == [key for key in right.after if ":" in key] and all(
        compare_values(left.after[key], right.after[key], scene) is None for key in keys
    )
