"""The numbers of a query: probabilities, exact, and what is reckoned with them."""

from __future__ import annotations

import operator
from dataclasses import dataclass

from faulttree.decision_diagrams.bdd import FALSE
from faulttree.errors import MissingProbabilityError, QueryError
from faulttree.queries import syntax
from faulttree.queries.meaning import Meaning
from faulttree.queries.syntax import Number
from faulttree.wide_floats import product, quotient

__all__ = ["Numbers"]

OPERATIONS = {"+": operator.add, "-": operator.sub, "*": product, "/": quotient}


@dataclass(frozen=True)
class Numbers:
    """Works numbers out."""

    meaning: Meaning

    def value(self, number: Number) -> float:
        """The number. Raises QueryError, MissingProbabilityError, NodeBudgetExceeded."""
        match number:
            case syntax.Written(value):
                return value
            case syntax.Negative(of):
                return -self.value(of)
            case syntax.ProbabilityOf():
                try:
                    return self._probability(number)
                except MissingProbabilityError as error:
                    raise MissingProbabilityError(error.events, self.meaning.text, *number.at) from None
            case syntax.Arithmetic(first, rest):
                result = self.value(first)
                for sign, part in rest:
                    operand = self.value(part)
                    if sign == "/" and operand == 0.0:
                        raise self._error("this is 0, and nothing can be divided by it", part)
                    result = OPERATIONS[sign](result, operand)
                return result

    def _probability(self, asked: syntax.ProbabilityOf) -> float:
        """P(f), or P(f and given) / P(given); a small one keeps its digits."""
        functions = self.meaning.functions
        of = self.meaning.of(asked.of)
        if asked.given is None:
            return functions.probability(of)
        given = self.meaning.of(asked.given)
        if given == FALSE:
            raise self._error(
                "what is given is false in every state of the events, so nothing follows from it", asked.given
            )
        both, alone = functions.probabilities([functions.all_of([of, given]), given])[:, 0].tolist()
        if alone == 0.0:
            raise self._error("what is given has probability 0, so nothing follows from it", asked.given)
        return min(quotient(both, alone), 1.0)

    def _error(self, what: str, part: syntax.Node) -> QueryError:
        return QueryError(what, self.meaning.text, *part.at)
