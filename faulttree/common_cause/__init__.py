"""Common cause failures: groups expanded into independent events, and cut sets folded back to components."""

from faulttree.common_cause.expansion import Expansion, expanded
from faulttree.common_cause.factors import Coefficient
from faulttree.common_cause.folding import folded, joint_probability

__all__ = ["Coefficient", "Expansion", "expanded", "folded", "joint_probability"]
