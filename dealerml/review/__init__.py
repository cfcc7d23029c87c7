"""The whole story at one date, and the files it is told in."""

from dealerml.review.record import describe_export, write_json
from dealerml.review.report import render_report
from dealerml.review.run import Review, last_complete_month, review_dealers
from dealerml.review.write import write_review

__all__ = [
    "Review",
    "describe_export",
    "last_complete_month",
    "render_report",
    "review_dealers",
    "write_json",
    "write_review",
]
