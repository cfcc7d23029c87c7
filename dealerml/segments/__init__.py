"""How managers sort dealers: classes, tiers, RFM groups, learnt segments, lifecycle, migration.

Here stand the names that other topics build on; all public names are in `dealerml.names`.
"""

from dealerml.segments.classes import ABC_CLASSES, Classes, rank_abc
from dealerml.segments.clusters import Segments, assign_segments, fit_segments
from dealerml.segments.lifecycle import STAGES, Lifecycle, place_lifecycle
from dealerml.segments.migration import Migration, migrate
from dealerml.segments.naming import describe_segment
from dealerml.segments.rfm import RFM_GROUPS, Rfm, score_rfm
from dealerml.segments.tiers import Tiers, assign_tiers, tier_name

__all__ = [
    "ABC_CLASSES",
    "RFM_GROUPS",
    "STAGES",
    "Classes",
    "Lifecycle",
    "Migration",
    "Rfm",
    "Segments",
    "Tiers",
    "assign_segments",
    "assign_tiers",
    "describe_segment",
    "fit_segments",
    "migrate",
    "place_lifecycle",
    "rank_abc",
    "score_rfm",
    "tier_name",
]
