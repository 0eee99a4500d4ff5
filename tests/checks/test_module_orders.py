from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.module_facts import Shape, Stored
from checks.module_matching import match
from checks.module_orders import MOST_ORDERS, orders


def _stored(*named: tuple[str, Shape]) -> list[Stored]:
    return [Stored(path=path, shape=shape) for path, shape in named]


SOLUTION = _stored(
    ("a.weight", (5, 5)), ("a.bias", (5,)), ("b.weight", (5, 5)), ("b.bias", (5,)), ("c.w", (3, 5))
)


def test_names_decide_where_they_agree() -> None:
    """Then there is one order, whatever the order of registration."""
    assert orders(SOLUTION, SOLUTION) == ((0, 1, 2, 3, 4),)
    assert orders(SOLUTION[::-1], SOLUTION) == ((4, 3, 2, 1, 0),)


def test_layers_of_one_kind_change_places_as_a_whole() -> None:
    """A weight and its bias stay together."""
    answer = _stored(
        ("q.weight", (5, 5)),
        ("q.bias", (5,)),
        ("r.weight", (5, 5)),
        ("r.bias", (5,)),
        ("s.w", (3, 5)),
    )
    assert orders(answer, SOLUTION) == ((0, 1, 2, 3, 4), (2, 3, 0, 1, 4))


def test_single_parameters_of_one_shape_change_places() -> None:
    """`self.w1` and `self.w2` may stand for either; weight and bias never change places."""
    answer = _stored(("w1", (3, 3)), ("w2", (3, 3)))
    assert orders(answer, _stored(("x", (3, 3)), ("y", (3, 3)))) == ((0, 1), (1, 0))
    norm = _stored(("n.weight", (4,)), ("n.bias", (4,)))
    assert orders(norm, _stored(("m.weight", (4,)), ("m.bias", (4,)))) == ((0, 1),)


def test_a_bias_stays_with_layers_of_its_kind() -> None:
    """A normalisation's bias is as long as a linear layer's, and never stands for it."""
    answer = _stored(
        ("head.weight", (2, 2)),
        ("head.bias", (2,)),
        ("base.0.weight", (2, 2)),
        ("base.0.bias", (2,)),
        ("base.1.weight", (2,)),
        ("base.1.bias", (2,)),
    )
    solution = _stored(
        ("0.0.weight", (2, 2)),
        ("0.0.bias", (2,)),
        ("0.1.weight", (2,)),
        ("0.1.bias", (2,)),
        ("1.weight", (2, 2)),
        ("1.bias", (2,)),
    )
    assert (2, 3, 4, 5, 0, 1) in orders(answer, solution)


def test_what_does_not_fit_has_no_order() -> None:
    """One too many, one too few, another shape."""
    assert orders(SOLUTION[:-1], SOLUTION) == ()
    assert orders(SOLUTION, SOLUTION[:-1]) == ()
    assert orders(_stored(("a", (3, 2))), _stored(("a", (2, 3)))) == ()
    matched = match(SOLUTION[:-1], SOLUTION)
    assert (matched.missing, matched.extra, matched.complete) == ((4,), (), False)


def test_orders_are_bounded() -> None:
    """Many layers of one shape have more orders than can be tried; the likeliest come first."""
    many = _stored(*((f"x{i}.weight", (2, 2)) for i in range(12)))
    others = _stored(*((f"y{i}.weight", (2, 2)) for i in range(12)))
    found = orders(many, others)
    assert len(found) == MOST_ORDERS
    assert found[0] == tuple(range(12))
    assert len(orders(many, others, 5)) == 5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.weight", "a.bias", "b.weight", "w1", "w2", "c.d.weight"]),
            st.sampled_from([(2,), (2, 2), (3, 2), ()]),
        ),
        max_size=7,
        unique_by=lambda pair: pair[0],
    ),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=100)
def test_every_order_is_a_fitting_one(named: list[tuple[str, Shape]], chance: object) -> None:
    """Each parameter is used once, for one of its own shape."""
    expected = _stored(*named)
    shapes = [stored.shape for stored in expected]
    chance.shuffle(shapes)  # type: ignore[attr-defined]  # hypothesis types it as an object
    actual = _stored(*((f"other{i}", shape) for i, shape in enumerate(shapes)))
    found = orders(actual, expected)
    assert found
    for order in found:
        assert sorted(order) == list(range(len(expected)))
        assert [actual[i].shape for i in order] == [stored.shape for stored in expected]
