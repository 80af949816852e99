"""Weighting and estimation for a stratified sample: arrays and frames in, estimates out.

The way through: `stratum_weights` gives each respondent its design weight, `Design` binds weights
and strata together, `shares` estimates percentages with their precision. `combination`,
`independent_difference` and `rao_scott` compare them; `rake` calibrates weights to margins.
"""

from weighting.design import SINGLETON, Array, BoolArray, Design
from weighting.errors import WeightingError
from weighting.inference import (
    Combination,
    Difference,
    RaoScott,
    combination,
    independent_difference,
    rao_scott,
)
from weighting.shares import Shares, interval, linearised, shares
from weighting.weights import (
    effective_sample_size,
    merge_strata,
    rake,
    stratum_weights,
    weight_summary,
)

__all__ = [
    "SINGLETON",
    "Array",
    "BoolArray",
    "Combination",
    "Design",
    "Difference",
    "RaoScott",
    "Shares",
    "WeightingError",
    "combination",
    "effective_sample_size",
    "independent_difference",
    "interval",
    "linearised",
    "merge_strata",
    "rake",
    "rao_scott",
    "shares",
    "stratum_weights",
    "weight_summary",
]
