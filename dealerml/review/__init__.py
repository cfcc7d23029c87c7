"""The whole story at one date, and the files it is told in."""

from dealerml.review.checkup import Block, describe_inspection, make_checkup
from dealerml.review.ledger import name_outcomes
from dealerml.review.limits import find_breaches
from dealerml.review.notebooks import run_notebooks
from dealerml.review.record import describe_export, write_json
from dealerml.review.report import render_report
from dealerml.review.run import Review, review_dealers
from dealerml.review.start import (
    Start,
    find_last_day,
    gather_panel,
    last_complete_month,
    start_analysis,
)
from dealerml.review.verdict import summarise_review
from dealerml.review.write import write_review

__all__ = [
    "Block",
    "Review",
    "Start",
    "describe_export",
    "describe_inspection",
    "find_breaches",
    "find_last_day",
    "gather_panel",
    "last_complete_month",
    "make_checkup",
    "name_outcomes",
    "render_report",
    "review_dealers",
    "run_notebooks",
    "start_analysis",
    "summarise_review",
    "write_json",
    "write_review",
]
