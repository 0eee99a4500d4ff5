"""What each flaw of an update rule is called, and what to say of it. Without torch."""

from __future__ import annotations

import msgspec

__all__ = ["FLAWS", "Flaw"]


class Flaw(msgspec.Struct, frozen=True):
    """One way to get a rule wrong: its code, and what to say of it."""

    code: str
    says: str


FLAWS: dict[str, Flaw] = {
    "ascent": Flaw(
        "wrong-direction",
        "The step has the right size and goes the wrong way: the parameters climb the loss. "
        "Look at the sign in front of the learning rate.",
    ),
    "no-lr": Flaw(
        "wrong-learning-rate",
        "The learning rate plays no part: the steps are those of a learning rate of 1.",
    ),
    "aliased": Flaw(
        "aliased-gradient",
        "The velocity is the same tensor as the first gradient, so each new gradient that is "
        "written into `.grad` overwrites it. Keep a copy.",
    ),
    "aliased-once": Flaw(
        "aliased-gradient",
        "The velocity starts as the very tensor that holds the first gradient, so the second "
        "gradient overwrites it. Keep a copy.",
    ),
    "momentum-sign": Flaw(
        "wrong-momentum", "The velocity is subtracted where the momentum should carry it on."
    ),
    "no-momentum": Flaw(
        "wrong-momentum",
        "The momentum plays no part. Is the velocity kept from one step to the next?",
    ),
    "dampened": Flaw(
        "wrong-momentum",
        "The new gradient enters the velocity with a factor (1 - momentum). That is another "
        "convention (dampening) than the one that is asked for.",
    ),
    "undampened": Flaw(
        "wrong-momentum",
        "The dampening plays no part: the new gradient enters the velocity in full.",
    ),
    "zero-start": Flaw(
        "wrong-momentum",
        "The dampening already acts on the first gradient: the velocity starts as the first "
        "gradient itself.",
    ),
    "late": Flaw(
        "wrong-momentum",
        "Every step moves by the velocity of the step before. Update the velocity first, then the "
        "parameter.",
    ),
    "no-look-ahead": Flaw(
        "wrong-momentum",
        "The step goes along the velocity alone: Nesterov's look ahead is missing.",
    ),
    "look-ahead": Flaw(
        "wrong-momentum", "The step takes Nesterov's look ahead, which is not asked for."
    ),
    "no-decay": Flaw("wrong-weight-decay", "The weight decay plays no part."),
    "other-decay": Flaw(
        "wrong-weight-decay",
        "The weight decay acts in another place: coupled, it is part of the gradient (SGD, Adam); "
        "decoupled, it shrinks the parameter beside the gradient's step (AdamW).",
    ),
    "decay-sign": Flaw(
        "wrong-weight-decay", "The weight decay pushes the parameters away from zero."
    ),
    "no-power": Flaw(
        "wrong-bias-correction",
        "The bias correction is the same at every step. Its betas are raised to the power of the "
        "step's number.",
    ),
    "no-correction": Flaw(
        "wrong-bias-correction",
        "The moments start at zero and are used as they are: the bias correction is missing.",
    ),
    "from-zero": Flaw(
        "wrong-bias-correction",
        "The steps are counted from 0: then the first bias correction divides by 1 - beta**0, "
        "which is zero.",
    ),
    "shared-count": Flaw(
        "wrong-bias-correction",
        "The steps are counted once for every parameter: with several of them, the count runs "
        "ahead. Count once a step.",
    ),
    "first-only": Flaw(
        "wrong-bias-correction",
        "Only the first moment is corrected; the second one starts at zero, too.",
    ),
    "second-only": Flaw(
        "wrong-bias-correction",
        "Only the second moment is corrected; the first one starts at zero, too.",
    ),
    "no-root": Flaw(
        "wrong-moments", "The step is divided by the mean of the squares, not by its square root."
    ),
    "not-squared": Flaw(
        "wrong-moments",
        "The second moment averages the gradients; it should average their squares.",
    ),
    "betas-swapped": Flaw("wrong-moments", "The two betas have changed places."),
    "first-summed": Flaw(
        "wrong-moments",
        "The new gradient enters the first moment in full: the factor 1 - beta is missing.",
    ),
    "other-sum": Flaw(
        "wrong-moments",
        "The squares are summed up where they should be averaged, or the other way round.",
    ),
    "eps-inside": Flaw(
        "wrong-eps",
        "It is right but for small gradients: epsilon stands under the square root, where it "
        "weighs far more than beside it.",
    ),
    "no-eps": Flaw(
        "wrong-eps", "A gradient of zero gives 0/0: nothing keeps the denominator from zero."
    ),
    "eps-early": Flaw(
        "wrong-eps",
        "It is right but for small gradients: epsilon is added before the second moment is "
        "corrected, not after.",
    ),
    "skips": Flaw(
        "skipped-parameter",
        "It goes wrong only where a parameter has no gradient at some step: such a parameter "
        "stays as it is, with all that is kept for it, its own count of steps too.",
    ),
    "iterator": Flaw(
        "iterator-used-up",
        "It goes wrong only where the parameters come from an iterator, as `model.parameters()` "
        "gives one: it can be gone through once. Keep a list.",
    ),
    "shared": Flaw(
        "shared-state",
        "With a single parameter it is right, with several it is not: is something kept once that "
        "each parameter needs for itself?",
    ),
}
"""Each flaw of `checks.diagnosis.update_variants`, and those that the kinds of trial tell."""
