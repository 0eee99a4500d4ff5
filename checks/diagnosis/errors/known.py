"""Exceptions that mean the same in every answer: dtypes, shapes, pairs, devices. Without torch.

An exception is known by its type and a few words of its text, in any of torch's versions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from checks.diagnosis.errors.shapes import SHAPE_RULES
from checks.near_names import nearest

__all__ = ["known_meaning"]

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


def _arguments(match: re.Match[str]) -> str:
    kinds = match.group(1).replace(",", " ").split()
    if kinds and set(kinds) == {"int"}:
        return (
            "Where it wants a shape, it wants one tuple, also with one number in it: `(n,)`. The "
            "comma makes it one; `(n)` is only a number in brackets."
        )
    # Newer torch says of a keyword that it does not know it; older torch lists what it was given.
    for word in re.findall(r"(\w{1,40})=", match.group(1)):
        if said := _meant(word):
            return said
    return "In none of its forms does it take these: is one of them missing, or of another kind?"


_KEYWORDS = (
    *("keepdim", "dim", "dims", "dtype", "device", "size", "generator", "correction", "descending"),
    *("requires_grad", "start_dim", "end_dim", "dim0", "dim1", "indexing", "non_blocking"),
    *("batch_size", "shuffle", "drop_last", "lr", "momentum", "weight_decay", "reduction", "bias"),
)


def _meant(word: str) -> str:
    near = nearest(word, _KEYWORDS)
    return f"Is `{near}` meant?" if near else ""


def _keyword(match: re.Match[str]) -> str:
    return _meant(match.group(1))


_RULES: tuple[_Rule, ...] = (
    # how it is called
    _Rule("TypeError", r"unexpected keyword argument '(\w{1,40})'", _keyword),
    _Rule(
        "TypeError",
        r"'torch\.(Size|dtype|device)' object is not callable",
        "`shape`, `dtype` and `device` take no `()` after them.",
    ),
    _Rule(
        "TypeError",
        r"'Tensor' object is not callable",
        "Here a tensor is called like a function. `.T` and `.grad` take no `()` after them; or "
        "is a `*` missing in front of the bracket?",
    ),
    _Rule(_ANY, r"bitwise_xor.*not implemented", "`^` is no power in Python: that is `**`."),
    # numbers
    _Rule(_ANY, r"only tensors of floating point .*require gradients", _WHOLE),
    _Rule(_ANY, r"(mean|std|var).*(floating point|complex dtype)", _WHOLE),
    _Rule(_ANY, r"expected a floating point or complex tensor as input. got (long|int)", _WHOLE),
    _Rule("NotImplementedError|RuntimeError", r"not implemented for '(long|int|byte)'", _WHOLE),
    _Rule(
        _ANY,
        r"can't be cast to the desired output type (long|int|byte)",
        "What is written in place keeps its dtype, and whole numbers have no room for a fraction. "
        "Make it a tensor of floats first.",
    ),
    _Rule(_ANY, r"same dtype, but (?:got|found) (\w+),? and (\w+)$", _two_dtypes),
    _Rule(_ANY, r"same dtype, but (?:got|found) (\w+), (\w+)", _two_dtypes),
    _Rule(_ANY, r"same dtype, but got: (\w+) != (\w+)", _two_dtypes),
    _Rule(_ANY, r"expected scalar type (\w+) but found (\w+)", _two_dtypes),
    _Rule(
        _ANY, r"input type \(.*?(\w+)\) and \w+ type \(.*?(\w+)\) should be the same", _two_dtypes
    ),
    _Rule(_ANY, r"input dtype \(.*?(\w+)\) does not match weight dtype \(.*?(\w+)\)", _two_dtypes),
    _Rule(
        _ANY,
        r"input must have the type torch\.(?=.*got type torch\.(\w+))(\w+)",
        _two_dtypes,  # so in torch 2.6
    ),
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
    # calls
    _Rule(
        "TypeError|AttributeError",
        r"builtin_function_or_method|'method'|(not|got) method\b",
        "A method is named here but not called: its round brackets are missing.",
    ),
    # files
    _Rule(
        "UnpicklingError|_pickle.UnpicklingError",
        r"weights only load failed",
        "Whole objects are in the file, such as a module, an optimizer or a method, and "
        "`torch.load` refuses those by default. Save their `state_dict()`.",
    ),
    _Rule(
        "TypeError",
        r"expected state_dict to be dict-like",
        "`load_state_dict` takes the dict itself: what a `state_dict()` gives, or what "
        "`torch.load` reads from a file.",
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
    # modules, losses
    _Rule(
        "AttributeError",
        r"Module\.__init__\(\)|no attribute '_(parameters|buffers|modules|\w*hooks)'",
        "An `__init__` has to call `super().__init__()` before it assigns layers or parameters.",
    ),
    _Rule(
        "ValueError",
        r"can't optimize a non-leaf",
        "An optimizer takes leaves: tensors that were made, not computed. An operation after "
        "`requires_grad=True` gives another tensor.",
    ),
    _Rule(
        "ValueError",
        r"more than 1 value per channel when training",
        "In training mode, batch norm takes mean and spread over the batch, and one sample has no "
        "spread. `eval()` uses those that were learnt.",
    ),
    _Rule("TypeError", r"invalid combination of arguments - got \(([^()]*)\)", _arguments),
    *(_Rule(types, pattern, says) for types, pattern, says in SHAPE_RULES),
)


def known_meaning(type_: str, message: str) -> str:
    """What to tell a learner of an exception, beside its own text; empty if nothing is known.

    Args:
        type_: the name of the exception's class.
        message: its text.
    """
    text = " ".join(message[:_READ].split())
    for rule in _RULES:
        if type_ in rule.types.split("|"):
            match = re.search(rule.pattern, text, re.IGNORECASE)
            if match is not None:
                return rule.says if isinstance(rule.says, str) else rule.says(match)
    return ""
