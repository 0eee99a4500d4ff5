"""The built-in glossary against the real engine: what its examples show is what comes out."""

from __future__ import annotations

import ast
import doctest
import re

import pytest

from tests.lessons.shown import BLOCK, shown_by
from tutor.course.find import builtin_course
from tutor.engine.client import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

GLOSSARY = builtin_course().glossary
WITH_BLOCKS = [term for term, entry in GLOSSARY.entries.items() if BLOCK.search(entry.means)]
_WORDS = """
    tensor shape axis rank dtype device broadcasting view copy storage stride contiguous in-place
    leaf graph gradient backward accumulate detach no_grad requires_grad grad_fn kink gradcheck
    module parameter buffer submodule container state_dict initialisation logits loss optimizer
    step momentum schedule warm-up epoch batch overfit seed
"""
_WIDEST = 76
"""Columns that the app shows in a terminal of 80."""


async def test_the_glossary_has_the_words_of_the_course() -> None:
    """It could be read, and a learner finds the common words in it by any of their names."""
    assert GLOSSARY.problems == ()
    words = re.findall(r"\S+", _WORDS)
    more = ["finite difference", "double precision", "learning rate", "weight decay", "eval mode"]
    assert [word for word in (*words, *more) if GLOSSARY.find(word) is None] == []


@pytest.mark.parametrize("term", GLOSSARY.entries)
async def test_a_term_fits_the_screen(term: str) -> None:
    """No line of an example is cut off, and the text is short enough to be read at a glance."""
    means = GLOSSARY.entries[term].means
    assert all(
        len(line) <= _WIDEST for _, code in BLOCK.findall(means) for line in code.split("\n")
    )
    assert len(BLOCK.sub("", means).split()) <= 60


@pytest.mark.parametrize("term", WITH_BLOCKS)
async def test_an_example_is_true(engine: Engine, term: str) -> None:
    """What its ``>>>`` lines give is exactly what is shown."""
    session = await engine.session(setup="import torch")
    try:
        for language, code in BLOCK.findall(GLOSSARY.entries[term].means):
            assert language == "pycon"
            for example in doctest.DocTestParser().get_examples(code):
                ast.parse(example.source)
                assert await shown_by(session, example.source) == example.want
    finally:
        await session.close()
