from __future__ import annotations

import pytest

from tutor.course.companions import Glossary, Term

GLOSSARY = Glossary(
    entries={
        "view": Term(means="Shares its *storage*."),
        "storage": Term(means="Memory."),
        "no_grad": Term(means="Records nothing.", also=("inference",)),
        "copy": Term(means="Has storage of its own.", also=("clone",)),
    }
)


@pytest.mark.parametrize(
    ("word", "term"),
    [("view", "view"), ("VIEW", "view"), ("no-grad", "no_grad"), ("Clone", "copy"), ("vie", None)],
)
def test_a_term_is_found_by_any_of_its_names(word: str, term: str | None) -> None:
    """However it is spelt, but never by a part of it."""
    assert GLOSSARY.find(word) == term


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", ("copy", "no_grad", "storage", "view")),
        ("no ", ("no_grad",)),
        ("stor", ("storage", "copy", "view")),
        ("ew", ("view",)),
        ("clo", ("copy",)),
        ("zzz", ()),
    ],
)
def test_what_is_typed_filters_the_terms(typed: str, terms: tuple[str, ...]) -> None:
    """Terms that begin with it come first, those that only speak of it last."""
    assert GLOSSARY.matching(typed) == terms
