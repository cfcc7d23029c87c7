import pandas as pd
import pytest

from dealerml.health.bands import find_unscored, name_bands, weigh_parts
from dealerml.health.parts import Part

TREND = Part("trend", ("year_ratio_90d",), 60.0, 0.5, 1.0, True)
MIX = Part("mix", ("categories_lost_share",), 20.0, 0.5, 0.0, False)


def test_a_band_begins_at_its_own_limit():
    rules = {"amber_from": 40, "green_from": 70}
    bands = name_bands(pd.Series([0.0, 39.99, 40.0, 69.99, 70.0, None]), rules)
    assert bands.tolist()[:5] == ["red", "red", "amber", "amber", "green"]
    assert bands.isna().tolist() == [False] * 5 + [True]


def test_the_weight_of_an_unknown_part_goes_to_the_known_ones():
    scores = pd.DataFrame({"trend": [50.0, 50.0], "mix": [100.0, None]}, index=["A", "B"])
    shares, coverage = weigh_parts(scores, (TREND, MIX))
    assert shares.loc["A"].tolist() == [0.75, 0.25]
    assert shares["trend"]["B"] == 1.0
    assert coverage.tolist() == [1.0, 0.75]


def test_without_any_part_nothing_is_covered():
    shares, coverage = weigh_parts(pd.DataFrame(index=["A"]), ())
    assert shares.shape == (1, 0)
    assert coverage.tolist() == [0.0]


@pytest.mark.parametrize(
    ("status", "trend", "enough", "reason"),
    [
        ("never", 50.0, True, "never"),
        ("lapsed", None, False, "lapsed"),
        ("new", 50.0, True, "new"),
        ("active", None, False, "part_missing"),
        ("active", 50.0, False, "low_coverage"),
        ("active", 50.0, True, ""),
    ],
)
def test_the_first_reason_that_fits_says_why_there_is_no_score(status, trend, enough, reason):
    found = find_unscored(
        pd.Series([status]),
        pd.DataFrame({"trend": [trend], "mix": [None]}, dtype="float64"),
        parts=(TREND, MIX),
        enough=pd.Series([enough]),
    )
    assert found.fillna("").tolist() == [reason]
