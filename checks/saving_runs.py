"""Observing for `state_dict`: save, load, and look at what came back, in a hostile process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import msgspec
import torch
from torch import nn

from checks.data import Observed, Trial
from checks.module_facts import MOST, pack
from checks.module_observing import facts_of
from checks.module_reading import buffers_of, is_module
from checks.module_runs import call, copied, materialise
from checks.module_weights import Kept, buffer_list, draw_weights, measure, parameter_list
from checks.plain import plain_text, type_name
from checks.snapshot import is_tensor
from checks.world import Attempt, World

__all__ = ["Plan", "Saved", "observe_saving"]

_load, _save = torch.load, torch.save
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype = _base.dtype.__get__
_is_subclass = type.__subclasscheck__
_FEW = 100

_Keys = Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is done.

    Attributes:
        target: the module.
        factory: what makes a new one; empty where nothing is saved.
        save: an expression that saves; empty for torch's usual way.
        load: an expression that loads; empty for torch's usual way.
        kept: an expression for a state that was kept; may be empty.
    """

    target: str
    factory: str = ""
    save: str = ""
    load: str = ""
    kept: str = ""


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """How saving and loading went.

    Attributes:
        step: the last step that was begun: ``save``, ``load`` or ``call``.
        written: whether there is a file.
        readable: whether torch reads the file without running code from it.
        content: the class of what is in the file, where it was read.
        keys: the keys in the file, where it is a dict.
        wanted: the keys that a new module asks for.
        restored: the class of what loading gave.
        is_module: whether that is a module.
    """

    step: str = ""
    written: bool = False
    readable: bool = False
    content: str = ""
    keys: _Keys = ()
    wanted: _Keys = ()
    restored: str = ""
    is_module: bool = False


def observe_saving(world: World, trial: Trial, plan: Plan) -> Observed:
    """Save the target, load it into a new module, and call both; look at what was kept."""
    if trial.failed is not None or trial.inputs is None:
        return Observed(trial=trial)
    world.room -= sum(len(data) for data in trial.storages)
    world.seed(trial.seed)
    made = world.attempt("target", partial(world.evaluate, plan.target, trial.sizes))
    if made.raised is not None:
        return Observed(raised=made.raised, warnings=made.warnings, trial=trial)
    if not is_module(made.value):
        values, _ = world.look({"facts": pack(facts_of(made.value))})
        return Observed(after=values, trial=trial)
    found = world.attempt("look", lambda: _with_folder(world, trial, plan, made.value))
    if found.raised is not None:
        return Observed(raised=found.raised, trial=trial)
    observed: Observed = found.value
    return observed


def _with_folder(world: World, trial: Trial, plan: Plan, module: Any) -> Observed:
    folder = tempfile.mkdtemp(prefix="saved-")
    kept = Kept(module)
    try:
        return _Trip(world, trial, plan, module, kept, Path(folder) / "model.pt").observed()
    finally:
        kept.restore()
        shutil.rmtree(folder, ignore_errors=True)


class _Trip:
    """One module on its way into a file and back."""

    def __init__(  # noqa: PLR0913, PLR0917  # all of it is one situation
        self, world: World, trial: Trial, plan: Plan, module: Any, kept: Kept, path: Path
    ) -> None:
        self.world = world
        self.trial = trial
        self.plan = plan
        self.module = module
        self.kept = kept
        self.path = path
        self.saved = Saved()
        self.things: dict[str, Any] = {}

    def observed(self) -> Observed:
        if self.plan.kept:
            failed = self._look_at_kept()
            if failed is not None:
                return self._end(failed)
        if not self.plan.factory:
            return self._end(None)
        materialise(self.world, self.module, self.trial)
        self._move()
        self.things["state"] = _state(self.module)
        return self._end(self._trip())

    def _look_at_kept(self) -> Attempt | None:
        names = {**self.trial.sizes, "model": self.module}
        found = self.world.attempt("target", partial(self.world.evaluate, self.plan.kept, names))
        if found.raised is not None:
            return found
        self.things["kept"] = _tensors(found.value)
        own = [t for _, t in (*parameter_list(self.module), *buffer_list(self.module))]
        self.things["own"] = own[:MOST]
        return None

    def _move(self) -> None:
        """Numbers that no new module starts with."""
        persistent = {id(t) for _, t, kept in buffers_of(self.module) if kept}
        held = parameter_list(self.module) + [
            (path, t)
            for path, t in buffer_list(self.module)
            if id(t) in persistent and _dtype(t).is_floating_point
        ]
        drawn = draw_weights(measure(held), self.trial.seed)
        self.kept.write([(t, numbers) for (_, t), numbers in zip(held, drawn, strict=True)])

    def _trip(self) -> Attempt | None:
        """Save, load, call; gives the attempt that failed."""
        before = self._call(self.module)
        if before is not None and before.raised is not None:
            return before
        names: dict[str, Any] = {**self.trial.sizes, "model": self.module, "path": str(self.path)}
        saving = self._step("save", self._saving(names))
        self._look_at_file()
        if saving.raised is not None:
            return saving
        self.world.seed(self.trial.seed + 1)
        made = self._step("load", partial(self.world.evaluate, self.plan.factory, self.trial.sizes))
        if made.raised is not None:
            return made
        fresh = made.value
        wanted = tuple(_names(fresh)) if is_module(fresh) else ()
        self.saved = msgspec.structs.replace(self.saved, wanted=wanted)
        loading = self._step("load", self._loading({**names, "fresh": fresh}, fresh))
        if loading.raised is not None:
            return loading
        back = loading.value if is_module(loading.value) or not is_module(fresh) else fresh
        kind = type_name(type(back))
        self.saved = msgspec.structs.replace(
            self.saved, step="call", restored=kind, is_module=is_module(back)
        )
        if is_module(back):
            self.things["restored"] = _state(back)
            after = self._call(back, "after")
            return after if after is not None and after.raised is not None else None
        return None

    def _step(self, step: str, work: Callable[[], Any]) -> Attempt:
        self.saved = msgspec.structs.replace(self.saved, step=step)
        return self.world.attempt("call", work)

    def _saving(self, names: Mapping[str, Any]) -> Callable[[], Any]:
        if self.plan.save:
            return partial(self.world.evaluate, self.plan.save, names)
        return lambda: _save(self.module.state_dict(), self.path)

    def _loading(self, names: Mapping[str, Any], fresh: Any) -> Callable[[], Any]:
        if self.plan.load:
            return partial(self.world.evaluate, self.plan.load, names)
        return lambda: fresh.load_state_dict(_load(self.path, weights_only=True))

    def _look_at_file(self) -> None:
        written = self.path.is_file()
        read = self.world.attempt("look", lambda: _load(self.path, weights_only=True))
        content = read.value
        keys: list[Any] = list(dict.keys(content)) if _is_subclass(dict, type(content)) else []
        self.saved = msgspec.structs.replace(
            self.saved,
            written=written,
            readable=read.raised is None,
            content=type_name(type(content)) if read.raised is None else "",
            keys=tuple(plain_text(key, 200) for key in keys[:_FEW]),
        )

    def _call(self, module: Any, name: str = "before") -> Attempt | None:
        """Call the module in eval mode, if there is something to call it with."""
        if not self.trial.inputs:
            return None
        called = call(self.world, module, self.trial, "eval")
        if called.raised is None:
            self.things[name] = copied(called.value[0])
        return called

    def _end(self, failed: Attempt | None) -> Observed:
        packed = {"facts": pack(facts_of(self.module)), "saved": pack(self.saved)}
        values, storages = self.world.look({**self.things, **packed})
        return Observed(
            after=values,
            raised=None if failed is None else failed.raised,
            trial=self.trial,
            storages=storages,
        )


def _state(module: Any) -> dict[str, Any]:
    """Copies of what is registered and saved, by its path."""
    persistent = {id(t) for _, t, kept in buffers_of(module) if kept}
    buffers = [(path, t) for path, t in buffer_list(module) if id(t) in persistent]
    return {path: copied(t) for path, t in [*parameter_list(module), *buffers][:MOST]}


def _names(module: Any) -> list[str]:
    return [plain_text(key, 200) for key in list(nn.Module.state_dict(module))[:_FEW]]


def _tensors(thing: Any) -> list[Any]:
    """The tensors in a kept state: a dict of them, or a module."""
    if is_module(thing):
        return [t for _, t in (*parameter_list(thing), *buffer_list(thing))][:MOST]
    if _is_subclass(dict, type(thing)):
        values = list(dict.values(thing))
        inner = [t for v in values if _is_subclass(dict, type(v)) for t in _tensors(v)]
        return [*(v for v in values if is_tensor(v)), *inner][:MOST]
    if type(thing) in (list, tuple):
        return [item for item in thing if is_tensor(item)][:MOST]
    return []
