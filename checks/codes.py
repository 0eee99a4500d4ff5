"""Every code that a finding can carry, in the order that teaches. Without torch.

Of several causes the one that comes first in this table is the one to show: its consequences
would only hide it. Codes are stable: lessons, grading reports and progress refer to them.
"""

from __future__ import annotations

__all__ = ["CAUSES", "CODES", "rank", "stage"]

CODES: dict[str, str] = {
    # the answer as text
    "syntax-error": "The answer cannot be read as Python.",
    "blank": "A blank of the starter is still to be filled in.",
    "not-used": "Something that the task asks for is not used.",
    "forbidden": "Something is used that the task rules out.",
    "too-long": "The code has more lines than the task allows.",
    # defined, ran
    "timeout": "The answer did not finish in time.",
    "memory": "The answer ran out of memory.",
    "crashed": "The answer's process died.",
    "exited": "The answer ended the program.",
    "too-large": "What the answer made is too large to be looked at.",
    "unobserved": "The answer's process gave no usable observation.",
    "not-defined": "The name that is looked at does not exist.",
    "wrong-definition": "A name is defined in another way than asked for.",
    "not-callable": "The name exists, but cannot be called.",
    "wrong-parameters": "The function takes other parameters than it is called with.",
    "no-super-init": "super().__init__() is missing, or comes too late.",
    "no-forward": "The module has no forward.",
    "raised": "An exception came up.",
    "wrong-error": "An exception of another type than the expected one came up.",
    "wrong-error-text": "The exception is of the right type, but its text is not as asked.",
    "not-raised": "An exception is expected, and none came up.",
    "warned": "A warning came up.",
    # what is printed
    "printed-nothing": "Nothing was printed.",
    "wrong-output": "Something else was printed.",
    # type
    "returned-nothing": "The result is None: usually a missing return.",
    "not-called": "The value is a function or method that was not called.",
    "wrong-type": "The value is of another type.",
    "wrong-length": "A container has another number of items.",
    "wrong-keys": "A dict has other keys.",
    # what a module holds
    "not-a-module": "The value is no nn.Module.",
    "not-registered": "A module or tensor is held, but not registered.",
    "lazy-parameter": "A parameter has no shape yet.",
    "buffer-not-parameter": "A buffer where a parameter is expected.",
    "parameter-not-buffer": "A parameter where a buffer is expected.",
    "swapped-features": "The two sizes of a layer are swapped.",
    "missing-bias": "Biases are missing.",
    "extra-bias": "There are biases where none are expected.",
    "not-shared": "Two objects where one, used twice, is expected.",
    "wrong-parameter": "A parameter has another shape.",
    "missing-parameter": "Parameters are missing.",
    "extra-parameter": "There are parameters too many.",
    "missing-buffer": "A buffer is missing.",
    "extra-buffer": "There is a buffer too many.",
    "wrong-buffer": "A buffer has another shape.",
    "wrong-persistence": "A buffer is saved and should not be, or the other way round.",
    "wrong-name": "A parameter or buffer has another name.",
    "wrong-layer": "The layers, or their arguments, are others.",
    "not-distinct": "One object, used twice, where two are expected.",
    "same-start": "Two parameters start with the same values.",
    "not-frozen": "A parameter requires a gradient and should not.",
    "frozen": "A parameter requires no gradient and should.",
    # rank
    "missing-dimension": "A dimension is missing.",
    "extra-dimension": "There is a dimension too many.",
    "flattened": "All elements are there, in one dimension.",
    # shape
    "empty": "There are no numbers at all.",
    "broadcast": "Two shapes were stretched against each other by accident.",
    "transposed": "The axes are in another order.",
    "wrong-axis": "Another dimension was reduced.",
    "wrong-shape": "The shape differs.",
    # dtype, device, autograd state
    "wrong-dtype": "The dtype differs.",
    "wrong-device": "The tensor lies on another device.",
    "not-tracked": "The tensor does not require a gradient.",
    "still-tracked": "The tensor requires a gradient, or keeps a graph, where it should not.",
    "detached": "The result is cut off from the tensor.",
    "still-connected": "The result depends on a tensor that it should be cut off from.",
    "not-a-leaf": "The tensor is no leaf: its .grad is not kept.",
    "unexpected-leaf": "The tensor was made anew, where the result of an operation is expected.",
    # the same call again
    "keeps-state": "A call depends on the calls before it.",
    "not-reproducible": "The same call under the same seed gives something else.",
    "other-random-numbers": "Other random numbers were drawn than by the solution.",
    # layout
    "not-contiguous": "The tensor does not lie in memory row by row.",
    "is-contiguous": "The tensor was laid out anew where a view is expected.",
    "wrong-strides": "The strides differ.",
    "copied": "A copy where shared memory is expected.",
    "shared-memory": "Shared memory where a copy is expected.",
    # chance where none is expected
    "random-in-eval": "The result depends on chance in eval mode.",
    # values
    "not-finite": "There are NaN or infinite values where finite ones are expected.",
    "sign-flipped": "Every value has the opposite sign.",
    "negated": "Every True is a False and the other way round.",
    "transposed-values": "The values are those of the transpose.",
    "refilled": "The values were refilled row by row where the axes should be swapped.",
    "reversed-values": "The values run the other way along an axis.",
    "rolled": "The values are moved along an axis.",
    "other-order": "The same values in another order.",
    "sum-not-mean": "Every value is a sum where a mean is expected.",
    "mean-not-sum": "Every value is a mean where a sum is expected.",
    "biased": "Divided by n where n - 1 is expected, or the other way round.",
    "scaled": "Every value is the same multiple of the expected one.",
    "shifted": "Every value is off by the same amount.",
    "other-dimension": "Normalised over another dimension.",
    "squared": "Every value is the square of the expected one.",
    "square-root": "Every value is the square root of the expected one.",
    "logarithm": "Every value is the logarithm of the expected one.",
    "exponential": "Every value is the exponential of the expected one.",
    "inverted": "Every value is one divided by the expected one.",
    "complement": "Every value is one minus the expected one.",
    "absolute": "The signs are lost.",
    "rounded": "The values were rounded to whole numbers.",
    "does-not-hold": "A relation that must hold does not.",
    "lacks-property": "A property that is asked for does not hold.",
    "not-random": "What should be random is not.",
    "dependent-draws": "Random numbers depend on each other.",
    "wrong-mean": "Random numbers have another mean.",
    "wrong-spread": "Random numbers have another spread.",
    "wrong-distribution": "Random numbers are distributed in another way.",
    "all-zero": "All values are zero.",
    "missing-activation": "The result is what is expected before an activation.",
    "extra-activation": "The result is an activation of what is expected.",
    "wrong-values": "Some values differ.",
    "wrong-initialisation": "A parameter starts with other numbers, or with otherwise drawn ones.",
    # modes and chance
    "mode-changed": "A call changes the module's mode.",
    "random-in-train": "The result depends on chance in training mode.",
    "otherwise-random": "The result depends on chance in another way.",
    "modes-alike": "Training and eval mode give the same, and should not.",
    "modes-apart": "Training and eval mode differ, and should not.",
    "buffer-not-moved": "No buffer changes, and one should.",
    "buffer-moved": "A buffer changes, and should not.",
    # saving
    "not-saved": "Nothing was saved.",
    "pickled-module": "The file holds an object, not only numbers.",
    "not-restored": "What was loaded is not what was saved.",
    "shares-storage": "A kept state is no copy: it changes with the module.",
    # side effects
    "name-changed": "Something that setup made is no longer what it was.",
    "wrong-buffer-values": "A buffer holds other numbers after a call.",
    "input-changed": "The call changed an input.",
    "input-not-changed": "The call should have changed an input, and did not.",
    "wrong-change": "The call changed an input in another way than expected.",
    "state-changed": "The call changed something that should stay as it was.",
    "state-not-changed": "The call should have changed something, and did not.",
    "wrong-state": "After the call, something is in another state than expected.",
    # gradients
    "no-backward": "backward() was never called.",
    "graph-freed": "The graph was used up by an earlier backward().",
    "no-gradient": "There is no gradient.",
    "unexpected-gradient": "There is a gradient where none is expected.",
    "missing-method": "A Function has no forward or no backward.",
    "not-static": "A method of a Function is no static method.",
    "wrong-signature": "forward or backward takes other arguments than it is called with.",
    "nothing-saved": "backward takes out of the context what forward did not save.",
    "not-marked-dirty": "forward changes an input in place without mark_dirty.",
    "wrong-gradient-count": "backward returns too few or too many gradients.",
    "gradient-for-non-tensor": "backward returns a gradient for an input that is no tensor.",
    "wrong-gradient-type": "backward returns something that is neither a tensor nor None.",
    "wrong-gradient-shape": "A gradient has another shape than its input.",
    "not-cleared": "Something is left that should be None or zero, a gradient mostly.",
    "not-finite-gradient": "The gradient is NaN or infinite where a finite one is expected.",
    "accumulated-gradient": "The gradient is a whole multiple: earlier ones were not cleared.",
    "incoming-gradient-ignored": "backward gives the same whatever gradient comes in.",
    "sign-flipped-gradient": "The gradient has the opposite sign.",
    "scaled-gradient": "The gradient is a multiple of the expected one.",
    "zero-gradient": "The gradient is zero everywhere.",
    "wrong-gradient": "The gradient differs.",
    "kept-on-context": "A tensor is kept as an attribute of the context, not saved.",
    "needless-gradient": "A gradient is computed that nobody needs.",
    # the way there
    "python-loop": "The elements are worked through one by one in Python.",
    "too-many-calls": "An operation is called too often.",
    "too-few-calls": "An operation is not called often enough.",
    # data
    "used-up": "It can be gone through once only.",
    "wrong-batch-size": "The batches have other sizes.",
    "dropped-batch": "The last, smaller batch is missing.",
    "kept-batch": "The last, smaller batch should be left out.",
    "mixed-up": "Inputs come with other samples' targets.",
    "wrong-samples": "Samples are missing, repeated or not from the data.",
    "shuffled": "The samples should keep their order.",
    "not-shuffled": "The samples should be shuffled.",
    "same-order": "The order does not change where it should.",
    "other-side": "The padding stands on the other side.",
    "wrong-padding": "Sequences are padded to another length or with another value.",
    # training
    "no-step": "The parameters are never updated.",
    "step-before-backward": "The update comes before the backward pass.",
    "gradients-cleared": "The gradients are cleared before they are used.",
    "gradients-add-up": "The gradients of earlier steps are not cleared: they add up.",
    "wrong-step-count": "There are more or fewer backward passes or updates.",
    "not-trained": "A parameter that should change does not.",
    "wrongly-trained": "A parameter changes that should stay as it is.",
    "not-measured": "After the call, a number cannot be computed.",
    "diverged": "Training makes it worse.",
    "not-reached": "Training does not come far enough.",
    "trained-in-eval-mode": "The model is trained in evaluation mode.",
    "evaluated-in-training-mode": "The model is evaluated in training mode.",
    "evaluation-recorded": "Autograd records an evaluation.",
    "unweighted-mean": "A mean of means counts a smaller batch as much as the others.",
    "wrong-mode": "A model is left in another mode.",
    "graph-kept": "A graph is kept that is not needed any more: memory grows.",
    # optimizers
    "wrong-optimizer": "The optimizer is of another class.",
    "stale-parameters": "The optimizer holds tensors that are no longer the model's.",
    "missing-parameters": "The optimizer does not hold every parameter that it should.",
    "repeated-parameters": "The optimizer holds a parameter more than once.",
    "extra-parameters": "The optimizer holds parameters that it should leave alone.",
    "wrong-hyperparameter": "A hyper-parameter of the optimizer has another value.",
    # update rules
    "recorded-update": "A parameter is written into while autograd records.",
    "leaf-lost": "A step makes a parameter something that is no leaf, or is not tracked.",
    "not-updated": "No step changes a parameter.",
    "iterator-used-up": "The parameters came from an iterator, which can be gone through once.",
    "shared-state": "Parameters share what each of them needs for itself.",
    "wrong-direction": "The step goes up the gradient.",
    "wrong-learning-rate": "The learning rate is not what the step is multiplied by.",
    "aliased-gradient": "What is kept of a gradient is `.grad` itself: the next one overwrites it.",
    "wrong-momentum": "The momentum acts in another way.",
    "wrong-bias-correction": "The moments are not corrected for their start at zero.",
    "wrong-moments": "The mean of the gradients or of their squares is another one.",
    "wrong-weight-decay": "The weight decay acts in another way.",
    "wrong-eps": "Epsilon stands in another place.",
    "skipped-parameter": "A parameter without a gradient is not left alone.",
    "wrong-update": "A step takes the parameters elsewhere.",
    "gradients-kept": "`zero_grad()` does not clear every gradient.",
    # schedules
    "missing-metric": "A scheduler that watches a metric is not told it.",
    "constant-rate": "The learning rate never changes.",
    "off-by-one": "Everything comes one step too early or too late.",
    "wrong-pace": "The schedule runs too fast or too slowly.",
    "wrong-schedule": "The learning rate follows another schedule.",
    # predictions
    "unreadable": "The prediction cannot be read as what was asked for.",
    "wrong-prediction": "Something else happens.",
    "not-run": "It was not looked at, since the answer did not run to its end.",
    # the lesson's or the tutor's fault
    "lesson-error": "The lesson's own solution or inputs fail.",
}
"""Each code and its meaning."""

_ORDER = list(CODES)

CAUSES = frozenset(_ORDER[_ORDER.index("not-finite") + 1 : _ORDER.index("wrong-values") + 1])
"""The codes of values that differ, each with another cause."""

_RANKS = {code: position for position, code in enumerate(_ORDER)}


PROCESS_CAUSES = frozenset(
    {
        "no-backward", "accumulated-gradient", "no-step", "step-before-backward",
        "gradients-cleared", "gradients-add-up", "wrong-step-count", "trained-in-eval-mode",
        "evaluated-in-training-mode", "unweighted-mean", "stale-parameters", "missing-parameters",
        "repeated-parameters", "wrong-optimizer", "wrong-hyperparameter", "recorded-update",
        "leaf-lost", "aliased-gradient", "shares-storage",
    }
)  # fmt: skip
"""What goes wrong on the way, so that numbers differ in the end."""

CONSEQUENCES = frozenset(
    {
        "scaled", "shifted", "all-zero", "wrong-values", "wrong-change", "state-not-changed",
        "input-not-changed", "wrong-state", "scaled-gradient", "zero-gradient", "wrong-gradient",
        "not-trained", "diverged", "not-reached",
    }
)  # fmt: skip
"""Numbers that differ in a way that names nothing of how they came about."""


def stage(code: str) -> int:
    """Like `rank`, but the same for all named causes of values that differ.

    Of two names whose values differ, the one that is looked at first may well be the cause of what
    became of the other.
    """
    named = code in CAUSES and code != "wrong-values"
    return _RANKS["sign-flipped"] if named else rank(code)


def rank(code: str) -> int:
    """The position of `code` in the teaching order; unknown codes come last."""
    return _RANKS.get(code, len(_RANKS))
