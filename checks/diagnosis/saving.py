"""What to say of a module that was saved and loaded, and did not come back."""

from __future__ import annotations

import msgspec

from checks.comparing import compare_values
from checks.data import Dict, List, Observed, Raised, Str, Tensor, Value
from checks.diagnosis.errors.known import known_meaning
from checks.diagnosis.hidden import hidden_difference
from checks.diagnosis.question import Question
from checks.diagnosis.raising import what_raised
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.module_facts import ModuleFacts, unpack
from checks.saving_runs import Plan, Saved
from checks.show import show_raised
from checks.tolerance import Relax

__all__ = ["Outcome", "compare_saving", "outcome", "shares"]

_EXACT = Relax(rtol=0.0, atol=0.0)
_FEW = 4


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of saving and loading, in one trial.

    Attributes:
        step: the last step that was begun.
        readable: whether torch reads the file without running code from it.
        written: whether there is a file.
        is_module: whether loading gave a module.
        lost: what does not hold its numbers any more.
        same: whether both modules give the same result.
        shared: whether the kept state lies in the module's memory.
    """

    step: str
    readable: bool
    written: bool
    is_module: bool
    lost: tuple[str, ...]
    same: bool
    shared: bool


def outcome(observed: Observed) -> Outcome | None:
    """What came of one trial; None where it was not honestly observed."""
    saved = unpack(observed.after, "saved", Saved)
    if saved is None:
        return None
    memory = Memory(observed.storages)
    before, after = observed.after.get("before"), observed.after.get("after")
    same = before is None or (after is not None and _equal(after, before, memory, Relax()))
    return Outcome(
        step=saved.step,
        readable=saved.readable,
        written=saved.written,
        is_module=saved.is_module,
        lost=_lost(observed, memory),
        same=same,
        shared=shares(observed),
    )


def _lost(observed: Observed, memory: Memory) -> tuple[str, ...]:
    """The names whose numbers did not come back."""
    states = [observed.after.get(key) for key in ("state", "restored")]
    if not isinstance(states[0], Dict) or not isinstance(states[1], Dict):
        return ()
    old, new = (
        {key.value: value for key, value in state.items if isinstance(key, Str)}
        for state in states
        if isinstance(state, Dict)
    )
    return tuple(
        name
        for name, value in old.items()
        if name not in new or not _equal(new[name], value, memory, _EXACT)
    )


def _equal(left: Value, right: Value, memory: Memory, relax: Relax) -> bool:
    scene = Scene(subject="", actual=memory, expected=memory, relax=relax)
    return compare_values(left, right, scene) is None


def shares(observed: Observed) -> bool:
    """Whether a kept state lies in the module's own memory."""
    kept, own = (_storages(observed.after.get(key)) for key in ("kept", "own"))
    return bool(kept & own)


def _storages(value: Value | None) -> set[int]:
    items = value.items if isinstance(value, List) else ()
    return {
        tensor.storage
        for tensor in items
        if isinstance(tensor, Tensor) and tensor.storage is not None and 0 not in tensor.shape
    }


def compare_saving(
    answer: Observed, reference: Observed, plan: Plan, question: Question
) -> Difference | None:
    """The difference in what came of saving and loading; the reference has been looked at."""
    got, wanted = outcome(answer), outcome(reference)
    saved = unpack(answer.after, "saved", Saved)
    facts = unpack(answer.after, "facts", ModuleFacts)
    if got is None or wanted is None or saved is None or facts is None:
        return Difference(code="unobserved", message="")
    kept = _compare_kept(answer, got, plan)
    if kept is not None:
        return kept
    if answer.raised is not None:
        return _raised(answer.raised, saved, plan, question)
    if not plan.factory:
        return None
    return _file(got, wanted, plan) or _came_back(answer, got, saved, (facts, question))


def _file(got: Outcome, wanted: Outcome, plan: Plan) -> Difference | None:
    """The difference in the file itself."""
    if wanted.written and not got.written:
        return _not_saved(plan)
    return _pickled(plan) if wanted.readable and not got.readable else None


def _not_saved(plan: Plan) -> Difference:
    doing = f"`{plan.save}`" if plan.save else "Saving"
    message = f"{doing} leaves no file at the path that it was given."
    return Difference(code="not-saved", message=message)


def _compare_kept(answer: Observed, got: Outcome, plan: Plan) -> Difference | None:
    if not plan.kept or answer.raised is not None:
        return None
    if not _storages(answer.after.get("kept")):
        return Difference(
            code="wrong-type",
            message=f"`{plan.kept}` holds no tensors, but a copy of a `state_dict` is expected.",
        )
    if got.shared:
        return Difference(
            code="shares-storage",
            message=f"`{plan.kept}` lies in the same memory as the parameters of `{plan.target}`: "
            "`state_dict()` gives references, not copies, so training goes on to change it. "
            "Clone each tensor, or use `copy.deepcopy`.",
            expected="a copy",
            actual="references",
            subject=plan.kept,
        )
    return None


def _raised(raised: Raised, saved: Saved, plan: Plan, question: Question) -> Difference:
    kind = raised.type.rpartition(".")[2]
    if saved.step == "save" and kind == "PicklingError":
        return _pickled(plan)
    if saved.step == "load" and not saved.written:
        return _not_saved(plan)
    if saved.step == "load":
        if kind == "UnpicklingError" or (not saved.readable and not plan.load):
            return _pickled(plan)
        if raised.type in ("RuntimeError", "TypeError") and "state_dict" in raised.message:
            return _keys(raised, saved)
    doing = {"save": plan.save or "torch.save(model.state_dict(), path)", "load": plan.load}
    subject = doing.get(saved.step) or question.subject
    if saved.step == "load" and not plan.load:
        subject = "load_state_dict(...)"
    return what_raised(raised, subject, question.source)


def _pickled(plan: Plan) -> Difference:
    return Difference(
        code="pickled-module",
        message="The file holds more than numbers: the module itself, or another object, was "
        "saved. `torch.load` refuses that by default (weights_only=True), because reading it runs "
        "code. Save the `state_dict()`.",
        expected="a file that torch.load reads",
        actual="a pickled object",
        subject=plan.save or plan.target,
    )


def _keys(raised: Raised, saved: Saved) -> Difference:
    missing = [key for key in saved.wanted if key not in saved.keys]
    extra = [key for key in saved.keys if key not in saved.wanted]
    parts = []
    if missing:
        parts.append(f"the file lacks {_listed(missing)}")
    if extra:
        parts.append(f"has {_listed(extra)}, which the new module does not ask for")
    says = f": {' and '.join(parts)}" if parts else ""
    if not saved.keys and saved.content:
        says = f": the file holds an object of the type {saved.content}, not a `state_dict`"
    if not missing and not extra and saved.keys:
        says = f": {' '.join(raised.message.split())[:300].rstrip('.')}"
    means = known_meaning(raised.type, raised.message)
    expected = f"keys {', '.join(saved.wanted)}"[:200]
    actual = f"keys {', '.join(saved.keys)}"[:200] if saved.keys else show_raised(raised)
    if saved.keys == saved.wanted:  # then it is not the names that are wrong
        expected = actual = ""
    return Difference(
        code="wrong-keys",
        message=f"The saved state does not fit the new module{says}. {means}".rstrip(),
        expected=expected,
        actual=actual,
        line=raised.line,
        details={"missing": missing[:20], "extra": extra[:20]},
    )


def _came_back(
    answer: Observed, got: Outcome, saved: Saved, about: tuple[ModuleFacts, Question]
) -> Difference | None:
    facts, question = about
    if saved.step != "call":
        return Difference(code="unobserved", message="")
    if not got.is_module:
        return Difference(
            code="not-a-module",
            message=f"`{question.subject}` does not come back: loading gives an object of the type "
            f"{saved.restored}, but a module with the saved numbers is expected.",
            expected="an nn.Module",
            actual=saved.restored,
        )
    if got.lost:
        message = (
            f"After saving and loading, {_listed(list(got.lost))} "
            f"{'does' if len(got.lost) == 1 else 'do'} not hold the saved numbers."
        )
        absent = [name for name in got.lost if name not in saved.keys]
        if saved.keys and absent:
            message += f" The file has the keys {_listed(list(saved.keys))}."
        return Difference(
            code="not-restored",
            message=message,
            expected="the numbers from before",
            actual="other numbers",
            details={"names": list(got.lost[:20])},
            subject=question.subject,
        )
    return None if got.same else _other_result(answer, facts, question)


def _other_result(answer: Observed, facts: ModuleFacts, question: Question) -> Difference:
    """All that is registered came back, and yet the result is another."""
    if answer.after.get("after") is None:
        return Difference(code="unobserved", message="")
    held = next((h for h in facts.hidden if h.parameters or h.tensors or h.buffers), None)
    if held is not None:
        return hidden_difference(held, question.source, buffer=held.kind == "tensor")
    fleeting = next((b.path for b in facts.buffers if not b.persistent), None)
    message = (
        "After saving and loading, every parameter is back, but the module gives another result "
        "than before: it depends on something that the `state_dict` does not hold."
    )
    if fleeting is not None:
        message += f" `{question.written(fleeting)}` was registered with `persistent=False`."
    return Difference(code="not-restored", message=message, subject=question.subject)


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:_FEW]]
    if len(names) > _FEW:
        return f"{', '.join(shown)} and {len(names) - _FEW} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
