"""Sweeps over many columns: each column is what exact arithmetic gives, whatever the blocks and threads."""

from __future__ import annotations

import pickle
import threading
from fractions import Fraction

import numpy as np
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from modular import both_ways, modular_trees, skeleton
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.model import Model
from faulttree.quantification.batches import Batches
from faulttree.quantification.columns import blocks
from faulttree.quantification.differences import followed_slopes
from faulttree.quantification.probability import row_probabilities
from faulttree.structure.simplify import propagate

PAIRS = [(0.0, 1.0), (1.0, 0.0), (1e-12, 1 - 1e-12), (1 - 1e-12, 1e-12), (0.5, 0.5), (1e-300, 1.0), (0.3, 0.7)]
"""Probabilities of an event and of its complement, each to all its digits."""
NUMBERS = st.sampled_from(PAIRS) | st.floats(1e-3, 0.999).map(lambda q: (q, 1.0 - q))


def drawn(data: st.DataObject, bdd: Bdd, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities for every level; those of modules are nan, for none may be read."""
    q, not_q = np.empty((2, len(bdd.variables), columns))
    for level, name in enumerate(bdd.variables):
        for column in range(columns):
            q[level, column], not_q[level, column] = data.draw(NUMBERS) if name else (np.nan, np.nan)
    return q, not_q


class Exact:
    """A diagram in exact arithmetic for one column: p, not_p and the derivative along dq of every edge."""

    def __init__(self, bdd: Bdd, q: np.ndarray, not_q: np.ndarray, dq: np.ndarray | None = None) -> None:
        zero, one = Fraction(0), Fraction(1)
        self.rows: list[tuple[Fraction, Fraction, Fraction]] = [(zero, one, zero)]
        for level, low, high in bdd.nodes[1:].tolist():
            if bdd.modules[level]:
                fails, works, slope = self.at(int(bdd.modules[level]))
            else:
                # The smaller of the two has all its digits, and the larger is what it leaves.
                fails, works = Fraction(q[level]), Fraction(not_q[level])
                fails, works = (fails, 1 - fails) if fails < works else (1 - works, works)
                slope = zero if dq is None else Fraction(dq[level])
            (p_high, not_high, d_high), (p_low, not_low, d_low) = self.at(high), self.at(low)
            derivative = fails * d_high + works * d_low + slope * (p_high - p_low)
            self.rows.append((fails * p_high + works * p_low, fails * not_high + works * not_low, derivative))

    def at(self, edge: int) -> tuple[Fraction, Fraction, Fraction]:
        p, not_p, derivative = self.rows[edge >> 1]
        return (not_p, p, -derivative) if edge & 1 else (p, not_p, derivative)


def gates_diagram(model: Model) -> Bdd:
    """One diagram of all gates: several roots, complemented and constant ones among them."""
    pdag = propagate(build(model, model.top[0]))
    return compile_in_order(pdag, pdag.variables, pdag.roots)


# Probabilities


@given(model=modular_trees(max_events=6), data=st.data())
def test_probabilities_of_a_function_and_its_complement_keep_all_digits(kernel_mode: str, model, data) -> None:
    for bdd in both_ways(model):
        q, not_q = drawn(data, bdd, 3)
        p, not_p = Batches(bdd).probability(q, not_q)
        for column in range(3):
            exact, not_exact, _ = Exact(bdd, q[:, column], not_q[:, column]).at(bdd.roots["top"])
            # Sums of positive terms, three roundings a level; smaller than the least normal number has fewer digits.
            assert p[0, column] == pytest.approx(float(exact), rel=1e-14, abs=1e-300)
            assert not_p[0, column] == pytest.approx(float(not_exact), rel=1e-14, abs=1e-300)


@given(model=trees(max_events=6), data=st.data())
def test_every_root_column_by_column_is_the_single_sweep_to_the_last_bit(kernel_mode: str, model, data) -> None:
    bdd = gates_diagram(model)
    names = data.draw(st.lists(st.sampled_from(sorted(bdd.roots)), min_size=1, max_size=4, unique=True))
    q, _ = drawn(data, bdd, 4)
    q[q == 1e-300] = 1e-30  # below 1e-280 a single sweep takes decimals, and batches leave the digits to their caller
    many = Batches(bdd, names)
    p, not_p = many.probability(q, 1.0 - q)
    assert np.array_equal(many.probability_alone(q, 1.0 - q), p)
    for column in range(4):
        rows = row_probabilities(bdd, q[:, column].copy())
        assert p[:, column].tolist() == [rows.at(bdd.roots[name]) for name in names]
        assert not_p[:, column].tolist() == [rows.at(bdd.roots[name] ^ 1) for name in names]


@pytest.mark.parametrize("top", [{"and": ["a", "b"]}, {"nand": ["a", "b"]}, {"nor": ["a", "b"]}, {"or": ["a", "b"]}])
@pytest.mark.parametrize("q_a", [1e-12, 1e-9, 1e-17])
def test_next_to_one_all_paths_take_the_digits_of_the_complement(kernel_mode: str, top, q_a: float) -> None:
    bdd = compile_bdd(skeleton(model_of(top)))
    q = np.empty((2, 1))
    q[[bdd.variables.index("a"), bdd.variables.index("b")], 0] = q_a, 0.0948
    many, rows, root = Batches(bdd), row_probabilities(bdd, q[:, 0].copy()), bdd.roots["top"]
    expected = rows.at(root), rows.at(root ^ 1)
    exact, not_exact, _ = Exact(bdd, q[:, 0], 1.0 - q[:, 0]).at(root)
    assert expected == pytest.approx((float(exact), float(not_exact)), rel=1e-15, abs=0)
    found = [many.probability(q, 1.0 - q), many.directional(q, 1.0 - q, q)[:2], many.gradient(q, 1.0 - q)[:2]]
    assert [(float(p.item()), float(not_p.item())) for p, not_p in found] == [expected] * 3
    assert many.probability_alone(q, 1.0 - q).item() == expected[0]


def test_only_what_the_roots_need_is_read_and_swept() -> None:
    model = model_of({"or": ["a", "g"]}, gates={"g": {"and": ["b", "c"]}})
    pdag = propagate(build(model, "top"))
    bdd = compile_in_order(pdag, ("a", "b", "c"), pdag.roots)
    few = Batches(bdd, ["g"])
    assert few.size == 2 < Batches(bdd).size
    q = np.array([[np.nan], [0.5], [0.25]])
    assert few.probability(q, 1.0 - q)[0].tolist() == [[0.125]]


# Derivatives


@given(model=modular_trees(max_events=6), data=st.data())
def test_directional_derivatives_are_exact_for_any_function_and_any_signs(kernel_mode: str, model, data) -> None:
    for bdd in both_ways(model):
        q, not_q = drawn(data, bdd, 3)
        dq = np.array([[data.draw(st.floats(-1, 1)) for _ in range(3)] for _ in bdd.variables]).reshape(-1, 3)
        p, not_p, found = Batches(bdd).directional(q, not_q, dq)
        _, _, gradient = Batches(bdd).gradient(q, not_q)
        for column in range(3):
            # q and not_q add up to 1 to within a rounding, which matters where differences are followed.
            exact, not_exact, slope = Exact(bdd, q[:, column], not_q[:, column], dq[:, column]).at(bdd.roots["top"])
            assert p[column] == pytest.approx(float(exact), rel=1e-14, abs=1e-300)
            assert not_p[column] == pytest.approx(float(not_exact), rel=1e-14, abs=1e-300)
            assert found[column] == pytest.approx(float(slope), rel=1e-10, abs=1e-14)
            along = np.nansum(gradient[:, column] * dq[:, column])
            assert along == pytest.approx(float(slope), rel=1e-10, abs=1e-14)


@given(model=trees(max_events=6, coherent=True), data=st.data())
def test_frequencies_of_monotone_functions_keep_ten_digits(kernel_mode: str, model, data) -> None:
    bdd = compile_bdd(skeleton(model))
    q, not_q = drawn(data, bdd, 3)
    w = np.array(
        [[data.draw(st.sampled_from([0.0, 1e-9, 1e-4, 1.0])) for _ in range(3)] for _ in bdd.variables]
    ).reshape(-1, 3)
    _, _, found = Batches(bdd).frequency(q, not_q, w)
    for column in range(3):
        _, _, exact = Exact(bdd, q[:, column], not_q[:, column], w[:, column]).at(bdd.roots["top"])
        # Differences of 1e-300 and the like underflow when they are multiplied.
        assert found[column] == pytest.approx(float(exact), rel=1e-10, abs=1e-295)


@pytest.mark.parametrize("c", [1e-3, 1e-9, 1e-14, 1e-17, 1e-200])
def test_a_frequency_that_a_plain_difference_would_lose(kernel_mode: str, c: float) -> None:
    # w = (1 - a) c w_b, and P is a half.
    model = model_of({"or": [{"and": ["b", "c"]}, "a"]})
    pdag = skeleton(model)
    bdd = compile_in_order(pdag, ("b", "c", "a"), {"top": pdag.root})
    q = np.array([[0.5, 0.5], [c, 0.5], [0.5, 0.5]])
    w = np.array([[1e-6, 1e-6], [0.0, 0.0], [0.0, 0.0]])
    _, _, found = Batches(bdd).frequency(q, 1.0 - q, w)
    assert found.tolist() == pytest.approx([0.5 * c * 1e-6, 0.25e-6], rel=1e-13, abs=0)
    _, _, precise = Batches(bdd).gradient(q, 1.0 - q, precise=True)
    assert precise[0].tolist() == pytest.approx([0.5 * c, 0.25], rel=1e-13, abs=0)
    _, _, plain = Batches(bdd).gradient(q, 1.0 - q)
    assert plain[0].tolist() == pytest.approx([0.5 * c, 0.25], rel=1e-13, abs=3e-16)


def test_a_precise_slope_has_the_digits_of_the_complement(kernel_mode: str) -> None:
    # dP/da = (1 - b) c d, where 1 - b is given and 1 - q is not it.
    model = model_of({"or": [{"and": ["a", "c", "d"]}, "b"]})
    bdd = compile_bdd(skeleton(model))
    place = {name: level for level, name in enumerate(bdd.variables)}
    q = np.full((len(place), 1), np.nan)
    for name in "acd":
        q[place[name]] = 0.5
    not_q = 1.0 - q
    q[place["b"]], not_q[place["b"]] = 1.0, 1e-30
    w = np.zeros_like(q)
    w[place["a"]] = 1.0
    many = Batches(bdd)
    assert many.gradient(q, not_q, precise=True)[2][place["a"], 0] == pytest.approx(0.25e-30, rel=1e-12, abs=0)
    assert many.frequency(q, not_q, w)[2][0] == pytest.approx(0.25e-30, rel=1e-12, abs=0)


@pytest.mark.parametrize("seed", range(2))
def test_gradients_of_a_large_tree_are_its_importances(kernel_mode: str, seed: int) -> None:
    tree = FaultTree.of(random_model(60, 50, 0.05, seed, negated=0.05, probabilities=(0.05, 0.5)))
    bdd = compile_bdd(build(tree.model, tree.top))
    rng = np.random.default_rng(seed)
    q = rng.uniform(0.05, 0.5, (len(bdd.variables), 3))
    p, not_p, gradient = Batches(bdd).gradient(q, 1.0 - q)
    _, _, precise = Batches(bdd).gradient(q, 1.0 - q, precise=True)
    for column in range(3):
        own = q[:, column].copy()
        rows = row_probabilities(bdd, own)
        assert (p[column], not_p[column]) == (rows.at(bdd.roots["top"]), rows.at(bdd.roots["top"] ^ 1))
        slopes, _ = followed_slopes(bdd, "top", rows)
        assert precise[:, column] == pytest.approx(slopes, rel=1e-12, abs=1e-18)
        assert gradient[:, column] == pytest.approx(slopes, rel=1e-9, abs=1e-14)
        # Linear in each probability: the difference of the ends is the slope.
        for level in np.flatnonzero(slopes)[:4]:
            ends = []
            for state in (1.0, 0.0):
                fixed = own.copy()
                fixed[level] = state
                ends.append(row_probabilities(bdd, fixed).at(bdd.roots["top"]))
            assert gradient[level, column] == pytest.approx(ends[0] - ends[1], rel=1e-9, abs=1e-14)


# Blocks, threads, memory, plans


@pytest.fixture(scope="module")
def large() -> tuple[Bdd, np.ndarray, np.ndarray]:
    bdd = compile_bdd(build(random_model(100, 80, 0.08, 3, negated=0.05), "g0"))
    q = np.random.default_rng(1).uniform(0.0, 0.4, (len(bdd.variables), 45))
    return bdd, q, 1.0 - q


def everything(many: Batches, q: np.ndarray, not_q: np.ndarray, threads: int | None) -> list[np.ndarray]:
    found = [*many.probability(q, not_q, threads), many.probability_alone(q, not_q, threads)]
    found += [*many.directional(q, not_q, q - 0.1, threads), *many.gradient(q, not_q, threads)]
    return found


@pytest.mark.parametrize("width", [1, 3, 8, 16, 64])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_blocks_and_threads_change_no_bit(large, width: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    bdd, q, not_q = large
    monkeypatch.setenv("FAULTTREE_KERNELS", "compiled")
    expected = everything(Batches(bdd), q, not_q, 1)
    monkeypatch.setattr(blocks, "WIDEST", width)
    monkeypatch.setattr(blocks, "NARROWEST", width)
    for found, same in zip(everything(Batches(bdd), q, not_q, threads), expected, strict=True):
        assert np.array_equal(found, same)


def test_modes_memory_and_layout_of_the_input_change_no_bit(large, monkeypatch: pytest.MonkeyPatch) -> None:
    bdd, q, not_q = large
    q, not_q = q[:, :5], not_q[:, :5]
    found = []
    for mode in ("interpreted", "compiled"):
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
        found.append(everything(pickle.loads(pickle.dumps(Batches(bdd))), q, not_q, None))
    # Not even room for one column: then there is one at a time.
    found.append(everything(Batches(bdd, memory=1), q, not_q, 2))
    found.append(everything(Batches(bdd), np.asfortranarray(q), np.asfortranarray(not_q), 2))
    for other in found[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(other, found[0], strict=True))


def test_an_error_in_a_thread_is_heard_and_ends_the_others(large, monkeypatch: pytest.MonkeyPatch) -> None:
    bdd, _, _ = large
    monkeypatch.setenv("FAULTTREE_KERNELS", "compiled")
    monkeypatch.setattr(blocks, "WIDEST", 1)
    monkeypatch.setattr(blocks, "NARROWEST", 1)
    done, failed = [], threading.Event()

    def work(kernels, width):
        def do(start: int, columns: int) -> None:
            if start == 1:
                failed.set()
                raise MemoryError
            assert failed.wait(10)
            done.append(start)

        return do

    with pytest.raises(MemoryError):
        Batches(bdd)._run(work, 1_000_000, 10, 2)
    # Few of the million blocks are begun once one has failed.
    assert len(done) < 500_000


@given(model=trees(max_events=7), data=st.data())
def test_no_row_is_overwritten_before_its_last_reader(kernel_mode: str, model: Model, data: st.DataObject) -> None:
    bdd = gates_diagram(model) if data.draw(st.booleans()) else compile_bdd(skeleton(model))
    names = data.draw(st.lists(st.sampled_from(sorted(bdd.roots)), min_size=1, max_size=3, unique=True))
    plan = Batches(bdd, names).plan
    # What every working row holds: the diagram's row, or the level of an event.
    held: dict[int, int | str] = {0: 0} | {i + 1: bdd.variables[level] for i, level in enumerate(plan.used.tolist())}
    for (decided, low, high, result), source in zip(plan.steps.tolist(), plan.sources.tolist(), strict=True):
        level, its_low, its_high = bdd.nodes[source].tolist()
        module = int(bdd.modules[level])
        assert held[decided >> 1] == (module >> 1 if module else bdd.variables[level])
        assert (held[low >> 1], held[high >> 1]) == (its_low >> 1, its_high >> 1)
        assert (decided & 1, low & 1, high & 1, result & 1) == (0, 0, its_high & 1, 0)
        # Nor is it one of those read: compiled loops could not run ahead then.
        assert result >> 1 not in {decided >> 1, low >> 1, high >> 1}
        assert len(plan.used) < result >> 1 < plan.rows
        held[result >> 1] = source
    for name, edge in zip(names, plan.roots.tolist(), strict=True):
        assert (held[edge >> 1], edge & 1) == (bdd.roots[name] >> 1, bdd.roots[name] & 1)
    again = Batches(bdd, names).plan
    assert np.array_equal(again.steps, plan.steps)


def test_working_rows_are_few() -> None:
    # One of a chain's rows is read by the next one alone: two are enough, however long it is.
    bdd = compile_bdd(skeleton(model_of({"or": [f"e{i}" for i in range(200)]})))
    plan = Batches(bdd).plan
    assert len(plan.steps) == 200
    assert plan.rows == 1 + 200 + 2


def test_no_columns_give_no_columns(large) -> None:
    bdd, q, not_q = large
    for found in everything(Batches(bdd), q[:, :0], not_q[:, :0], None):
        assert found.shape[-1] == 0
