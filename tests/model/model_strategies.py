"""Random sound models whose names, texts and attributes do their best to be taken for something else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from faulttree.model import Model
from faulttree.model.quantities import has_unit

HOSTILE_NAMES = [
    "NO", "ON", "y", "Y", "off", "true", "null", "Null", "1E5", "1e-3", "0x10", "0o17", "007", "1_000", "12:30:00",
    "=", "<<", "- a", "#x", "a: b", "a #b", "a:", "? a", ": a", "*a", "&a", "!a", "!!str", "@a", "`a", "%a", "|",
    ">", "[", "]", "{a}", "'", '"', "''", "a'b", "\\", "\\n", ",", "a,b", "-", "--", "---", "...", "1", "-1", "+1",
    ".5", "1.", ".inf", ".NaN", "nan", "~x", "2001-01-01", "0b1", "5 /h", "24 h", "5%", "Клапан-7", "ВЕНТИЛЬ", "阀",
    "é", "a b", "name", "formula", "or", "k", "k" * 250, "🚀", "''" * 120,
]  # fmt: skip
HOSTILE_TEXTS = [
    *HOSTILE_NAMES, "", " ", "  a", "a ", "\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b\n", "a\n  \nb", "a \nb ",
    "a\n ", "a\tb", "\ta", "a\r\nb", "\x00", "\x07", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "\ufffe", "\uffff",
    "\U0010ffff", "# a", "a # b", "word " * 60, "word " * 60 + "end", "w" * 300, ("w" * 130 + " ") * 3 + "e",
    "a  b " * 50 + "c", "x\n" * 100, "- a\n- b\n", "a: b\n# c\n", "'quoted' and \"quoted\" " * 10 + ".", "1e400",
    "1" * 400, "~", "null",
]  # fmt: skip

printable = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=12)
names = st.sampled_from(HOSTILE_NAMES) | printable.map(str.strip).filter(lambda name: name and name.isprintable())
texts = st.sampled_from(HOSTILE_TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
numbers = st.integers(-(10**299), 10**299) | st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
attributes = st.dictionaries(
    names,
    st.recursive(
        st.none() | st.booleans() | numbers | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)
probabilities = st.floats(0, 1, allow_subnormal=False) | st.sampled_from([0.0, 1.0, 2.3e-308, 1e-5, -0.0])
# As large as a float must be in seconds, too, to have its digits.
quantities = st.just(0.0) | st.floats(1e-290, 1e30)
positive_durations = st.builds("{!r} {}".format, st.floats(1e-9, 1e29), st.sampled_from(["ms", "s", "h", "d", "y"]))
durations = st.builds(
    "{!r} {}".format, quantities, st.sampled_from(["ms", "s", "min", "h", "d", "wk", "mo", "y", "hours"])
)
rates = st.builds("{!r} {}".format, quantities, st.sampled_from(["/s", "/h", "/mo", "/y", "FIT"]))


ranks = st.floats(-0.9, 0.9, allow_subnormal=False)


@st.composite
def uncertainties(draw: st.DrawFn, unit: str = "") -> dict[str, Any]:
    """A distribution of a number in [0, 1], or with a unit such as `/h` or `h`."""

    def amount(number: float) -> Any:
        return f"{number!r} {unit}" if unit else number

    low, mode, high = sorted(draw(st.lists(st.floats(0.01, 0.9), min_size=3, max_size=3, unique=True)))
    factor, shape = draw(st.floats(1.0, 9.0)), draw(st.floats(0.5, 9.0))
    weight = draw(st.floats(0, 9, allow_subnormal=False))
    choices: list[dict[str, Any]] = [
        {"lognormal": {"median": amount(mode / 9), "error_factor": factor}},
        {"lognormal": {"mean": amount(mode), "error_factor": factor}},
        {"lognormal": {"mu": -4.0 - shape, "sigma": mode, "unit": unit or None}},
        {"gamma": {"shape": shape, "scale": amount(mode / 9)}},
        {"uniform": {"low": amount(low), "high": amount(high)}},
        {"normal": {"mean": amount(mode), "sd": amount(low / 4)}},  # its mean, once cut off at 0, stays below 1
        {"normal": {"mean": amount(mode), "sd": amount(low), "low": amount(low), "high": amount(high)}},
        {"triangular": {"low": amount(low), "mode": amount(mode), "high": amount(high)}},
        {"histogram": {"edges": [amount(low), amount(mode), amount(high)], "weights": [weight, 1]}},
        {"empirical": {"values": [amount(mode), amount(low), amount(low)]}},
    ]
    evidence = {"failures": draw(st.integers(0, 9))}
    if unit == "":
        evidence["trials"] = draw(st.integers(9, 99))
        choices += [
            {"beta": {"alpha": shape, "beta": factor}},
            {"jeffreys": evidence},
            {"bayes": evidence | {"prior": {"alpha": shape, "beta": factor}}},
        ]
    elif unit == "/h":
        evidence["time"] = amount(factor).replace("/", "")
        prior = {"shape": shape, "time": "0 h"}
        choices += [{"jeffreys": evidence}, {"bayes": evidence | {"prior": prior}}]
    return draw(st.sampled_from(choices))


def common_cause_models(size: int) -> st.SearchStrategy[dict[str, Any]]:
    """A common-cause model for a group of so many members."""
    return st.sampled_from(
        [
            {"beta_factor": 0.1},
            {"mgl": [0.1] * (size - 1)},
            {"alpha_factor": {"factors": [0.75, 0.25], "testing": "staggered"}},
            {"alpha_factor": {"factors": [0.5] + [0.5 / (size - 1)] * (size - 1)}},
            {"phi_factor": [1.0]},
            {"binomial_failure_rate": {"shock_rate": "1e-6 /h", "conditional": 0.5, "lethal_probability": 1e-9}},
            {"binomial_failure_rate": {"shock_probability": 1e-6, "conditional": 1.0, "lethal_rate": "1e-9 /h"}},
        ]
    )


def expressions(plain: list[str], rated: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Numbers worked out from parameters. plain: those that are numbers of at most 1; rated: rates."""
    p, rate = ([json.dumps(name, ensure_ascii=False) for name in some] or ["0.3"] for some in (plain, rated))
    rate = rate if rated else ["1e-3 /h"]
    return st.one_of(
        st.builds("{} * {} / 2".format, st.sampled_from(p), st.sampled_from(p)).map(lambda text: {"probability": text}),
        st.builds("if({} < 0.5, 0.25, 1 - exp(-1))".format, st.sampled_from(p)).map(lambda text: {"probability": text}),
        st.builds("max(0.01, 1 - exp(-{} * t))".format, st.sampled_from(rate)).map(lambda text: {"probability": text}),
        st.builds("2 * {} + 1e-6 /h".format, st.sampled_from(rate)).map(lambda text: {"rate": text}),
    )


def own_times(rate: st.SearchStrategy[Any], long: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Failure models with a mean time to failure, and with a time of their own."""
    taken = st.sampled_from(["mean", "largest"])
    test = {"rate": rate, "interval": long, "first_test": long}
    return st.one_of(
        st.fixed_dictionaries({"mttf": long}, optional={"exposure": long, "at": taken}),
        st.fixed_dictionaries({"mtbf": long}, optional={"exposure": long}),
        st.fixed_dictionaries({"rate": rate, "exposure": long}, optional={"at": taken}),
        st.fixed_dictionaries({"rate": rate, "at": st.just("mission")}),
        st.fixed_dictionaries({"periodic_test": st.fixed_dictionaries(test), "at": taken}),
        st.fixed_dictionaries({"repairable": st.fixed_dictionaries({"mttf": long, "repair_time": long}), "at": taken}),
        st.fixed_dictionaries(
            {"weibull": st.fixed_dictionaries({"scale": long, "shape": st.floats(0.5, 3)}), "exposure": long}
        ),
    )


@st.composite
def formulas(draw: st.DrawFn, known: list[str], depth: int = 2) -> dict[str, Any]:
    nested = [formulas(known, depth - 1)] if depth else []
    argument = st.one_of(st.sampled_from(known), *nested)
    several = st.lists(argument, min_size=1, max_size=4, unique_by=str)
    connective = draw(
        st.sampled_from(["and", "or", "xor", "nand", "nor", "not", "atleast", "cardinality", "inhibit", "iff", "imply"])
    )
    if connective == "not":
        return {connective: draw(argument)}
    if connective == "inhibit":
        return {connective: {"input": draw(argument), "condition": draw(argument)}}
    if connective in ("iff", "imply"):
        if len(known) < 2:
            return {"and": [known[0]]}
        return {connective: draw(st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True))}
    inputs = draw(several)
    if connective == "atleast":
        return {connective: {"k": draw(st.integers(1, len(inputs))), "of": inputs}}
    if connective == "cardinality":
        low = draw(st.integers(0, len(inputs)))
        return {connective: {"min": low, "max": draw(st.integers(low, len(inputs))), "of": inputs}}
    return {connective: inputs}


@st.composite
def models(draw: st.DrawFn, open_psa: bool = False) -> Model:
    """Sound models of everything; open_psa: of what an Open-PSA file gives back, what it cannot carry apart."""
    elements = draw(st.lists(names, min_size=2, max_size=7, unique=True))
    n_gates = draw(st.integers(0, len(elements) - 1))
    n_house = draw(st.integers(0, len(elements) - n_gates - 1))
    gates, houses, events = elements[:n_gates], elements[n_gates : n_gates + n_house], elements[n_gates + n_house :]
    sources = draw(st.lists(names, max_size=2, unique=True))
    q_names = draw(st.lists(names, max_size=3, unique=True))
    lambda_names = [name for name in draw(st.lists(names, max_size=2, unique=True)) if name not in q_names]
    lambda_names = [name for name in lambda_names if not has_unit(name)]  # each would be a quantity
    tau_names = [name for name in draw(st.lists(names, max_size=2, unique=True)) if name not in q_names + lambda_names]
    tau_names = [name for name in tau_names if not has_unit(name)]

    def marks() -> dict[str, Any]:
        cited = draw(st.lists(st.sampled_from([*sources, "assumption", "judgement"]), max_size=2))
        given = {"label": draw(texts), "description": draw(texts), "source": cited, "attributes": draw(attributes)}
        return {key: value for key, value in given.items() if draw(st.booleans())}

    def number() -> dict[str, Any]:
        q = probabilities | st.sampled_from(q_names) if q_names else probabilities
        w = rates | st.sampled_from(lambda_names) if lambda_names else rates
        t = durations | st.sampled_from(tau_names) if tau_names else durations
        long = positive_durations | st.sampled_from(tau_names) if tau_names else positive_durations
        shape = st.floats(0.1, 9.0) | st.sampled_from(q_names) if q_names else st.floats(0.1, 9.0)
        test = {"rate": w, "interval": long, "first_test": t}
        laws = st.one_of(
            st.just({}),
            st.fixed_dictionaries({"probability": q}),
            st.fixed_dictionaries({"rate": w}),
            st.fixed_dictionaries(
                {"weibull": st.fixed_dictionaries({"scale": long, "shape": shape}, optional={"shift": t})}
            ),
            st.fixed_dictionaries(
                {"glm": st.fixed_dictionaries({"on_demand": q, "rate": w}, optional={"repair_rate": w})}
            ),
            st.fixed_dictionaries({"periodic_test": st.fixed_dictionaries(test, optional={"repair_rate": w})}),
            st.fixed_dictionaries({
                "periodic_test": st.fixed_dictionaries(
                    test | {"interval": st.just("1e30 y")},
                    optional={
                        "repair_rate": w, "test_duration": positive_durations, "rate_in_test": w, "coverage": q,
                        "available_in_test": st.booleans(), "failure_at_test": q, "bad_restart": q,
                    },
                )
            }),
        )  # fmt: skip
        laws_of_our_own = st.one_of(
            st.fixed_dictionaries({"periodic_test": st.fixed_dictionaries(test | {"repair_time": long})}),
            st.fixed_dictionaries({"repairable": st.fixed_dictionaries({"rate": w, "repair_rate": w})}),
            st.fixed_dictionaries({
                "repairable": st.fixed_dictionaries({"rate": w, "repair_time": long, "steady": st.booleans()})
            }),
            st.fixed_dictionaries({"gamma": st.fixed_dictionaries({"shape": shape, "scale": long})}),
            st.fixed_dictionaries({"lognormal": st.fixed_dictionaries({"median": long, "sigma": shape})}),
            st.fixed_dictionaries({
                "lognormal": st.fixed_dictionaries({"median": long, "error_factor": st.floats(1.1, 99)})
            }),
            st.fixed_dictionaries({
                "phases": st.lists(st.fixed_dictionaries({"duration": long, "rate": w}), min_size=1, max_size=3)
            }),
        )  # fmt: skip
        if open_psa:
            return draw(laws)
        return draw(laws | laws_of_our_own | expressions(q_names, lambda_names) | own_times(w, long))

    def parameter(values: st.SearchStrategy[Any], unit: str) -> dict[str, Any]:
        if open_psa or draw(st.integers(0, 2)):
            return marks() | {"value": draw(values)}
        given = {"uncertainty": draw(uncertainties(unit)), "value": draw(st.none() | values)}
        return marks() | {key: value for key, value in given.items() if value is not None}

    parameters = {name: parameter(st.floats(0.1, 1), "") for name in q_names}  # any of them may be a shape, too
    parameters |= {name: parameter(rates, "/h") for name in lambda_names}
    parameters |= {name: parameter(positive_durations, "h") for name in tau_names}
    numbers = {name: number() for name in events}
    groups, exclusive, copied = {}, {}, {}
    if not open_psa and len(events) > 1 and draw(st.booleans()):
        members = events[: draw(st.integers(2, len(events)))]
        numbers |= dict.fromkeys(
            members, next((numbers[name] for name in members if numbers[name]), {"probability": 0.5})
        )
        groups = {draw(names): marks() | {"events": members} | draw(common_cause_models(len(members)))}
    elif not open_psa and len(events) > 1 and draw(st.booleans()):
        members = events[: draw(st.integers(2, min(4, len(events))))]
        numbers |= {name: {"probability": 1 / len(members)} for name in members}
        exclusive = {draw(names): marks() | {draw(st.sampled_from(["at_most_one", "exactly_one"])): members}}
    own = [name for name in events if not (open_psa or groups or exclusive or name in parameters)]
    for name in own:
        if draw(st.integers(0, 3)) == 0:
            numbers[name] = draw(
                st.just({"probability": 0.5, "uncertainty": draw(uncertainties())})
                | st.just({"rate": "0.5 /h", "uncertainty": draw(uncertainties("/h"))})
            )
    uncertain = [name for name, given in {**parameters, **numbers}.items() if "uncertainty" in given]
    correlations = [{"between": uncertain[:2], "rank": draw(ranks)}] if len(uncertain) > 1 else []
    # What is set in a scenario must be possible: of a group nothing is.
    settable = [name for name in elements if all(name not in [*group.values()][-1] for group in exclusive.values())]
    state = st.booleans() | probabilities
    states = st.dictionaries(st.sampled_from(settable), state, max_size=3) if settable else st.just({})
    formulas_of = {name: draw(formulas(elements[index + 1 :])) for index, name in enumerate(gates)}
    several = [
        inputs
        for formula in formulas_of.values()
        for connective, inputs in formula.items()
        if connective in ("and", "or", "xor", "nand", "nor")
    ]
    if not open_psa and several and draw(st.booleans()):
        # So short that the copies' names are names, too.
        name = draw(names.filter(lambda name: name not in elements and "#" not in name and len(name) < 240))
        several[0].append({draw(st.integers(1, 3)): name})
        copied = {name: marks() | {"probability": draw(probabilities)}}
    observations = st.dictionaries(st.sampled_from(elements), st.booleans(), min_size=1, max_size=3)
    seen = st.fixed_dictionaries(
        {"observe": observations}, optional={"hypotheses": st.dictionaries(names, observations, min_size=1, max_size=2)}
    )
    return Model.from_data({
        "name": draw(texts),
        "description": draw(st.none() | texts),
        "top": draw(st.lists(st.sampled_from(elements), min_size=1, max_size=2, unique=True)),
        "mission_time": draw(durations),
        "sources": {
            key: {"title": draw(texts), "year": draw(st.none() | st.integers(0, 2100)), "attributes": draw(attributes)}
            for key in sources
        },
        "gates": {
            name: marks() | formula for name, formula in formulas_of.items()
        },
        "basic_events": {
            name: marks() | numbers[name] | {"kind": draw(st.sampled_from(["basic", "undeveloped", "conditioning"]))}
            for name in events
        } | copied,
        "house_events": {name: marks() | {"state": draw(st.booleans())} for name in houses},
        "parameters": parameters,
        "common_cause_groups": groups,
        "exclusive_groups": exclusive,
        "correlations": correlations,
        "scenarios": {name: marks() | {"set": draw(states)} for name in draw(st.lists(names, max_size=2, unique=True))},
        "evidence": {name: marks() | draw(seen) for name in draw(st.lists(names, max_size=2, unique=True))},
        "timeline": draw(
            st.lists(
                st.fixed_dictionaries({"at": durations | st.just("1962-11-04T15:35:15Z"), "event": texts})
                | st.fixed_dictionaries({"phase": texts, "event": texts, "note": texts}),
                max_size=2,
            )
        ),
        "attributes": draw(attributes),
    })  # fmt: skip
