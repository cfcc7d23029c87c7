"""Everything known about a dealer on a date, and the panel of what followed past dates."""

from dealerml.features.build import FEATURES, build_features, feature_columns
from dealerml.features.categories import build_category_panel, build_category_series
from dealerml.features.glossary import list_features
from dealerml.features.labels import build_panel, complete_dates, posting_lag
from dealerml.features.laws import check_feature
from dealerml.features.mix import build_mix
from dealerml.features.profile import dealer_profile
from dealerml.features.proof import FutureProof, prove_no_future
from dealerml.features.rhythm import fit_definitions, usual_gap
from dealerml.features.series import build_series, first_whole_month, whole_months

__all__ = [
    "FEATURES",
    "FutureProof",
    "build_category_panel",
    "build_category_series",
    "build_features",
    "build_mix",
    "build_panel",
    "build_series",
    "check_feature",
    "complete_dates",
    "dealer_profile",
    "feature_columns",
    "first_whole_month",
    "fit_definitions",
    "list_features",
    "posting_lag",
    "prove_no_future",
    "usual_gap",
    "whole_months",
]
