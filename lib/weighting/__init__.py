"""Weighting and estimation for a stratified sample: arrays and frames in, estimates out.

The way through: `stratum_weights` gives each respondent its design weight, `Design` binds weights
and strata together, `shares` estimates percentages with their precision. `combination`,
`independent_difference` and `rao_scott` compare them; `rake` calibrates weights to margins.
"""

from weighting.combinations import Combination, Joint, combination, joint, two_sided
from weighting.design import SINGLETON, Array, BoolArray, Design
from weighting.errors import WeightingError
from weighting.hotdeck import Base, HotDeck
from weighting.inference import (
    Difference,
    RaoScott,
    holm,
    independent_difference,
    overlap_covariance,
    rao_scott,
)
from weighting.intervals import ALPHA, CONFIDENCE, interval
from weighting.reliability import unreliable
from weighting.shares import Shares, linearised, shares
from weighting.weights import (
    effective_sample_size,
    merge_strata,
    rake,
    stratum_weights,
    weight_summary,
)

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "SINGLETON",
    "Array",
    "Base",
    "BoolArray",
    "Combination",
    "Design",
    "Difference",
    "HotDeck",
    "Joint",
    "RaoScott",
    "Shares",
    "WeightingError",
    "combination",
    "effective_sample_size",
    "holm",
    "independent_difference",
    "interval",
    "joint",
    "linearised",
    "merge_strata",
    "overlap_covariance",
    "rake",
    "rao_scott",
    "shares",
    "stratum_weights",
    "two_sided",
    "unreliable",
    "weight_summary",
]
