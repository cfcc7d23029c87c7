"""The public names of the package, and the module each one lives in."""

from typing import Final

# Module below dealerml → the public names it defines.
HOMES: Final = {
    "exports": "read_export list_sources propose_mapping inspect_export compare_control_totals "
    "write_worklists",
    "simulate": "simulate_network write_network",
    "tables": "Snapshot Tables example_tables make_tables measure_filling sum_months",
    "policy": "load_policy write_policy",
    "features": "FEATURES build_category_panel build_category_series build_features "
    "build_mix build_panel build_series "
    "check_feature "
    "complete_dates dealer_profile feature_columns list_features "
    "posting_lag prove_no_future",
    "segments": "assign_segments assign_tiers fit_segments migrate place_lifecycle rank_abc "
    "score_rfm",
    "segments/behaviour": "RFM_COLUMNS",
    "segments/classes": "class_name",
    "segments/cohorts": "follow_cohorts",
    "segments/movers": "explain_moves",
    "segments/newness": "group_newness",
    "segments/overlap": "cross_categories",
    "segments/pinning": "read_segments rename_segments write_segments",
    "segments/products": "rank_products",
    "segments/scorecards": "score_groups",
    "segments/spend": "group_spend",
    "segments/white_space": "find_white_space map_cities",
    "churn": "CHURN_MODELS backtest_churn choose_model expect_loss fit_churn score_churn",
    "churn/buying": "count_orders fit_buying predict_buying",
    "churn/calls": "list_calls",
    "churn/changes": "compare_lists judge_list list_risks",
    "churn/definitions": "label_churn measure_comebacks",
    "churn/promotion": "decide_promotion",
    "churn/reliability": "measure_calibration",
    "churn/drift": "measure_drift",
    "churn/profit": "measure_profit",
    "churn/saving": "correct_labels estimate_save_rate read_calls",
    "churn/spending": "fit_spending predict_spending value_residual",
    "churn/win_back": "rank_win_backs",
    "growth": "FORECASTERS forecast_sales summarise_sales",
    "growth/calendar": "calendar_facts estimate_effects",
    "growth/decomposition": "split_change",
    "growth/drivers": "explain_growth",
    "growth/loading": "find_loading",
    "growth/quality": "rate_growth",
    "growth/ramp": "compare_ramp find_rising",
    "growth/receivables": "age_receivables",
    "growth/revenue_tree": "build_revenue_tree",
    "growth/standing": "find_anomalies group_sales like_for_like year_to_date",
    "growth/sum_models": "model_sums",
    "growth/trials": "backtest_groups",
    "growth/targets": "close_gap find_next_steps set_targets track_targets",
    "health": "raise_alerts score_health validate_health",
    "health/cadence": "check_cadence",
    "health/contact_effect": "relate_contacts",
    "health/contingency": "plan_contingency",
    "health/deals": "find_stalled",
    "health/delivery": "measure_deliveries",
    "health/hours": "find_contact_times",
    "health/merging": "merge_alerts",
    "health/records": "record_rules",
    "health/service": "measure_satisfaction measure_service",
    "health/trends": "trace_health",
    "health/voices": "link_satisfaction sort_comments",
    "health/weights": "check_weights",
    "health/workload": "balance_owners",
    "review": "gather_panel review_dealers run_notebooks start_analysis write_review",
    "review/alert_book": "carry_alerts read_alert_book",
    "review/browsing": "explore show_card show_page",
    "review/cards": "dealer_cards group_cards",
    "review/meeting": "make_sheet",
    "review/previous": "compare_reviews read_previous",
    "review/retraining": "load_champion retrain",
    "review/exploring": "explore_segments",
    "review/telling": "show show_row tell",
    "review/tiles": "list_tiles",
    "review/verdict": "say_notices say_verdict",
    "segments/plots": "plot_cohorts plot_lifecycle plot_migration plot_pareto plot_region_months "
    "plot_rfm_grid plot_scorecard plot_segments plot_tiers",
    "churn/plots": "plot_drivers plot_gain plot_profit plot_reliability",
    "growth/plots": "plot_bridge plot_forecast plot_ramp plot_receivables plot_regions "
    "plot_residuals plot_split",
    "health/plots": "plot_alerts plot_bands plot_parts plot_validation",
    "dates": "quarter_ends",
    "theme": "set_theme",
}

HOME_OF: Final = {
    name: home.replace("/", ".") for home, names in HOMES.items() for name in names.split()
}
