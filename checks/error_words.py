"""What PyTorch's exceptions mean, for those that learners meet most. Without torch.

An exception is known by its type and a few words of its text, in any of torch's versions. What is
said names the cause and what to look at; it stands behind the exception's own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from checks.error_causes import cause_in_text
from checks.error_shapes import SHAPE_RULES
from checks.none_gradients import no_gradient_yet

__all__ = ["in_words", "words_about_error"]

Says: TypeAlias = str | Callable[[re.Match[str]], str]


class _Rule(msgspec.Struct, frozen=True):
    """One kind of exception.

    Attributes:
        types: the names of the exceptions that it may be.
        pattern: what its text contains.
        says: the words, or what makes them of the match.
    """

    types: str
    pattern: str
    says: Says


_LONGEST = 150

_READ = 2_000
"""Characters of a text that are looked at: it came from the answer's own process."""

_ANY = "RuntimeError|ValueError|TypeError|IndexError|NotImplementedError"

_WHOLE = (
    "Whole numbers have no gradient, and no mean of their own kind: `[1, 2]` and `arange(3)` give "
    "int64. Write `1.`, or ask for a dtype such as torch.float32."
)
_DTYPES = (
    "Both sides need one dtype. NumPy's numbers and `double()` are float64, whole numbers int64, "
    "and a module's weights float32: convert one of them, with `float()` for instance."
)


def _two_dtypes(match: re.Match[str]) -> str:
    names = [_DTYPE_NAMES.get(word.lower(), word.lower()) for word in match.groups()]
    return f"One is {names[0]}, the other {names[1]}. {_DTYPES}"


_DTYPE_NAMES = {
    "double": "float64",
    "float": "float32",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "byte": "uint8",
    "bool": "bool",
}


def _lengths(match: re.Match[str]) -> str:
    one, other = match.groups()
    return (
        f"Tensors of the shapes {one} and {other} do not fit on one stack. Bring them to one "
        "length first, with padding; a DataLoader does that in its `collate_fn`."
    )


def _pair(match: re.Match[str]) -> str:
    del match
    return (
        "With `dim`, `max`, `min`, `median`, `sort` and `topk` give a pair: the values, and the "
        "indices where they stand. Take one of them apart first."
    )


_RULES: tuple[_Rule, ...] = (
    # numbers
    _Rule(_ANY, r"only tensors of floating point .*require gradients", _WHOLE),
    _Rule(_ANY, r"(mean|std|var).*(floating point|complex dtype)", _WHOLE),
    _Rule(_ANY, r"expected a floating point or complex tensor as input. got (long|int)", _WHOLE),
    _Rule("NotImplementedError", r"not implemented for '(long|int|byte)'", _WHOLE),
    _Rule(
        _ANY,
        r"can't be cast to the desired output type (long|int|byte)",
        "What is written in place keeps its dtype, and whole numbers have no room for a fraction. "
        "Make it a tensor of floats first.",
    ),
    _Rule(_ANY, r"same dtype, but (?:got|found) (\w+),? and (\w+)$", _two_dtypes),
    _Rule(_ANY, r"same dtype, but (?:got|found) (\w+), (\w+)", _two_dtypes),
    _Rule(
        _ANY,
        r"expected scalar type long|target dtype to be long",
        "Class indices as targets are whole numbers: int64, with `.long()`.",
    ),
    _Rule(_ANY, r"expected scalar type (\w+) but found (\w+)", _two_dtypes),
    _Rule(
        _ANY, r"input type \(.*?(\w+)\) and \w+ type \(.*?(\w+)\) should be the same", _two_dtypes
    ),
    _Rule(_ANY, r"input dtype \(.*?(\w+)\) does not match weight dtype \(.*?(\w+)\)", _two_dtypes),
    _Rule(_ANY, r"self \((\w+)\) and source \((\w+)\) must have the same scalar type", _two_dtypes),
    _Rule(
        "RuntimeError",
        r"indices.*scalar types: long",
        "What looks up rows of an embedding must be whole numbers: `.long()`.",
    ),
    _Rule(
        "IndexError",
        r"tensors used as indices must be",
        "Only whole numbers or truth values can be indices; these are others.",
    ),
    _Rule(
        "TypeError",
        r"new\(\)",
        "`torch.Tensor` with a capital T makes an uninitialised tensor of a size; "
        "`torch.tensor` takes data, and a dtype.",
    ),
    # one of several
    _Rule("RuntimeError", r"each tensor to be equal size, but got (\[.*?\]).*(\[.*?\])", _lengths),
    _Rule(
        "RuntimeError",
        r"each element in list of batch should be of equal size",
        "The samples of a batch have several lengths: pad them in a `collate_fn`.",
    ),
    _Rule(
        "ValueError",
        r"expected sequence of length \d+ at dim \d+ \(got \d+\)",
        "The rows of a tensor have one length; these have several. Pad the shorter ones first.",
    ),
    _Rule("TypeError|AttributeError", r"return_types\.", _pair),
    _Rule("TypeError", r"concatenate tuple", _pair),
    _Rule(
        "TypeError",
        r"iteration over a 0-d tensor",
        "One number cannot be taken apart. Without `dim`, `max` and `min` look at all of a tensor "
        "and give one number alone.",
    ),
    _Rule(
        "RuntimeError|ValueError",
        r"one element tensors can be converted|elements cannot be converted to scalar",
        "Only a tensor of one element can become one Python number. Reduce it first, or keep "
        "tensors: `torch.stack` puts several together.",
    ),
    _Rule(
        "RuntimeError",
        r"boolean value of tensor with more than one value",
        "A condition is one truth value, and this tensor holds several. `any()` or `all()` make "
        "one of them; `torch.where` chooses cell by cell.",
    ),
    _Rule(
        "IndexError",
        r"target (-?\d+) is out of bounds",
        lambda m: (
            f"Class {m[1]} is asked for, but classes count from 0 to the number of logits "
            "minus one."
        ),
    ),
    # devices
    _Rule(
        "AssertionError|RuntimeError",
        r"not compiled with cuda|no nvidia driver|found no nvidia",
        "There is no GPU here. Take the device from what is there, such as `x.device`, or ask "
        "`torch.cuda.is_available()` first.",
    ),
    _Rule(
        "RuntimeError",
        r"same device|is not on the expected device",
        "Data and model must lie on one device. A tensor's `to` gives back a new tensor: is its "
        "result assigned?",
    ),
    # autograd
    _Rule(
        "RuntimeError",
        r"does not require grad and does not have a grad_fn",
        "What is differentiated was computed from nothing that requires a gradient. Is "
        "`requires_grad=True` missing, or does something on the way cut the graph: `item`, "
        "`detach`, `no_grad`, `argmax`, a comparison, `torch.tensor(…)`?",
    ),
    _Rule(
        "RuntimeError",
        r"one of the differentiated tensors does not require grad",
        "The gradient is asked for with respect to a tensor that does not require one. Is "
        "`requires_grad=True` missing?",
    ),
    _Rule(
        "RuntimeError",
        r"not have been used in the graph",
        "The result was not computed from this tensor. Was it made anew, or cut off, on the way?",
    ),
    _Rule(
        "RuntimeError",
        r"implicitly created only for scalar",
        "A gradient is that of one number, and this tensor holds several. Reduce it first, with a "
        "sum or a mean.",
    ),
    _Rule(
        "RuntimeError",
        r"through the graph a second time",
        "The first `backward()` used the graph up. Compute the result anew before each one; where "
        "several losses share a part, add them up first.",
    ),
    _Rule(
        "RuntimeError",
        r"leaf variable that requires grad.*in-?place",
        "Autograd watches this tensor, and it must not be changed in place while it does. An "
        "update of a parameter belongs into `with torch.no_grad():`.",
    ),
    _Rule(
        "RuntimeError",
        r"modified by an inplace operation",
        "An operation in place (`+=`, `x[...] =`, a name ending in `_`) has overwritten numbers "
        "that the backward pass needs. Make a new tensor there.",
    ),
    _Rule(
        "AttributeError",
        r"'(float|int)' object has no attribute '(backward|grad|requires_grad\w*|detach)'",
        lambda m: (
            f"A Python {m[1]} has no history. Where did the tensor become one: `item()`, "
            "`float(…)`?"
        ),
    ),
    _Rule(
        "RuntimeError",
        r"can't call numpy\(\) on tensor that requires grad",
        "NumPy knows no gradients: `detach()` gives the numbers without the graph.",
    ),
    _Rule(
        "TypeError",
        r"save_for_backward can only save variables",
        "`save_for_backward` keeps tensors only; a number is kept as an attribute of the context "
        "(`ctx.name = ...`).",
    ),
    # modules, losses
    _Rule(
        "AttributeError",
        r"Module\.__init__\(\)|no attribute '_(parameters|buffers|modules|\w*hooks)'",
        "An `__init__` has to call `super().__init__()` before it assigns layers or parameters.",
    ),
    _Rule(
        "TypeError",
        r"'tuple' object is not callable",
        "A comma at the end of an assignment makes a tuple of one. Is there one too many?",
    ),
    _Rule(
        "ValueError",
        r"optimizer got an empty parameter list",
        "The model has no parameters that are known to it. Are its layers in a plain list, or its "
        "weights plain tensors? `nn.ModuleList` and `nn.Parameter` register them.",
    ),
    _Rule(
        "ValueError",
        r"can't optimize a non-leaf",
        "An optimizer takes leaves: tensors that were made, not computed. An operation after "
        "`requires_grad=True` gives another tensor.",
    ),
    _Rule(
        "RuntimeError",
        r"floating point type for target with class probabilities",
        "Targets of the logits' shape are taken for probabilities, which are floats. Class indices "
        "have one dimension less.",
    ),
    _Rule(
        "RuntimeError",
        r"multi-target not supported",
        "Class indices have the shape (N,), one for each row of logits; these have a dimension too "
        "many.",
    ),
    _Rule(
        "ValueError",
        r"more than 1 value per channel when training",
        "In training mode, batch norm takes mean and spread over the batch, and one sample has no "
        "spread. `eval()` uses those that were learnt.",
    ),
    *(_Rule(types, pattern, says) for types, pattern, says in SHAPE_RULES),
)


def words_about_error(type_: str, message: str, line: int | None, source: str) -> str:
    """What to tell a learner of an exception, beside its own text; empty if nothing is known.

    Args:
        type_: the name of the exception's class.
        message: its text.
        line: of the answer, where it came up.
        source: the answer's text.
    """
    text = " ".join(message[:_READ].split())
    cause = cause_in_text(text, line, source)
    if cause:
        return cause
    if "NoneType" in text:
        return no_gradient_yet(line, source)
    for rule in _RULES:
        if type_ in rule.types.split("|"):
            match = re.search(rule.pattern, text, re.IGNORECASE)
            if match is not None:
                return rule.says if isinstance(rule.says, str) else rule.says(match)
    return ""


def in_words(message: str, words: str) -> str:
    """An exception's text and what is known about it, as sentences.

    Where it is known what it means, a long text is cut after its first sentence: what follows is
    advice that fits few learners.
    """
    text = " ".join(message.split())
    if words and len(text) > _LONGEST:
        text = re.split(r"(?<=[.!?:)]) (?=[A-Z(\[])", text)[0]
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    text = text.rstrip(".:")
    return f"{text}. {words}".strip() if words else text
