"""From the model as written to static gates over independent events: common causes expanded, switches put in."""

from faulttree.reduction.common_cause import Expansion, expanded
from faulttree.reduction.factors import Coefficient
from faulttree.reduction.folding import folded, joint_probability

__all__ = ["Coefficient", "Expansion", "expanded", "folded", "joint_probability"]
