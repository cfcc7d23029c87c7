"""What manufacturers and distributors want to know about their dealers.

Public names load when first used, so that ``import dealerml`` stays quick.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public name → the package that defines it.
_HOMES = {
    "exports": "read_export list_sources",
    "simulate": "simulate_network write_network",
    "tables": "Snapshot Tables example_tables make_tables measure_filling sum_months",
    "policy": "load_policy write_policy",
    "features": "FEATURES build_features build_mix build_panel build_series check_feature "
    "complete_dates dealer_profile feature_columns list_features "
    "posting_lag prove_no_future",
    "segments": "assign_segments assign_tiers fit_segments migrate place_lifecycle rank_abc "
    "score_rfm",
    "churn": "CHURN_MODELS backtest_churn choose_model expect_loss fit_churn score_churn",
    "growth": "FORECASTERS forecast_sales summarise_sales",
    "health": "raise_alerts score_health validate_health",
    "review": "gather_panel review_dealers start_analysis write_review",
    "review.telling": "show tell",
    "review.tiles": "list_tiles",
    "segments.plots": "plot_lifecycle plot_migration plot_pareto plot_rfm_grid plot_segments",
    "churn.plots": "plot_drivers plot_gain plot_reliability",
    "growth.plots": "plot_bridge plot_forecast plot_regions",
    "health.plots": "plot_alerts plot_bands plot_parts plot_validation",
    "dates": "quarter_ends",
    "theme": "set_theme",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        message = f"module 'dealerml' has no public name {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"dealerml.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
