"""Are groups the same as those of openretailscience, and do learnt segments hold?

Stability: the median agreement (adjusted Rand index) of the segments taken with those of resampled
dealers, on two real networks and from three seeds; and on wholesale_customers, whose channel is
known, segments learnt from the six yearly amounts beside plain k-means on their logarithms.

Agreement: heavy/medium/light and new/lapsed/repeating for every dealer, and RFM fifths wherever no
tie crosses a cut, against openretailscience 0.48 where DEALERML_PEERS names a Python that has it.

    DEALERML_DATA=… [DEALERML_PEERS=…] python benchmarks/bench_segments.py
"""

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import data, markdown

import dealerml as dml
from dealerml.policy import load_policy
from dealerml.segments.rfm import score_fifths

NETWORKS = {
    "iowa_liquor": ("iowa_liquor", "2019-06-30"),
    "online_retail_ii": ("online_retail_ii/online_retail_ii.parquet", "2011-11-30"),
}
SEEDS = (0, 100, 200)
PEER = """
import sys, pandas as pd
from openretailscience.segmentation.hml import HMLSegmentation
from openretailscience.segmentation.nlr import NLRSegmentation
from openretailscience.segmentation.rfm import RFMSegmentation
lines = pd.read_parquet(sys.argv[1])
year = lines[lines["period"] == "now"]
hml = HMLSegmentation(year).df["segment_name"].str.lower().rename("hml")
nlr = NLRSegmentation(lines, period_col="period", p1_value="before", p2_value="now").df
nlr = nlr["segment_name"].str.lower().rename("nlr")
rfm = RFMSegmentation(
    year, current_date=sys.argv[2], r_segments=5, f_segments=5, m_segments=5
).df[["r_score", "f_score", "m_score"]] + 1
hml.to_frame().join([nlr, rfm], how="outer").to_parquet(sys.argv[3])
"""


def main() -> None:
    """Print the tables of stability and agreement."""
    rows, agreement = [], []
    for name, (source, as_of) in NETWORKS.items():
        tables = dml.read_export(data(source))
        snapshot = tables.as_of(as_of)
        x = dml.build_features(snapshot)
        for seed in SEEDS:
            found = dml.fit_segments(x, random_state=seed)
            chosen = found.choice[found.choice["chosen"]].iloc[0]
            limits = f"{chosen['stability_lo']:.2f}–{chosen['stability_hi']:.2f}"
            k = str(len(found.model.names))
            rows.append([name, str(seed), k, f"{chosen['stability']:.3f}", limits])
        if peers := os.environ.get("DEALERML_PEERS"):
            agreement += compare(name, snapshot, x, peers, as_of)
    print(markdown(("network", "seed", "segments", "agreement", "5–95 %"), rows), end="\n\n")
    print(markdown(("wholesale_customers", "segments", "ARI with channel"), channels()))
    if agreement:
        heads = ("network", "groups", "dealers", "equal", "left out: a tie crosses the cut")
        print("\n" + markdown(heads, agreement))


def compare(
    name: str, snapshot: dml.Snapshot, x: pd.DataFrame, peers: str, as_of: str
) -> list[list[str]]:
    """How many dealers does each side put into the same group?"""
    days = snapshot.days.collect("pandas").to_native()
    days = days[days["days_ago"] < 730].assign(
        period=np.where(days[days["days_ago"] < 730]["days_ago"] < 365, "now", "before")
    )
    lines = pd.DataFrame(
        {
            "customer_id": days["dealer_id"].astype(str),
            "transaction_date": pd.to_datetime(as_of) - pd.to_timedelta(days["days_ago"], "D"),
            "transaction_id": days["dealer_id"].astype(str) + "-" + days["day"].astype(str),
            "unit_spend": days["net_amount"].astype("float64"),
            "period": days["period"],
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder) / "given.parquet", Path(folder) / "taken.parquet"
        lines.to_parquet(given)
        subprocess.run([peers, "-c", PEER, str(given), as_of, str(taken)], check=True)
        theirs = pd.read_parquet(taken)
    sums = lines.pivot_table(
        index="customer_id", columns="period", values="unit_spend", aggfunc="sum", fill_value=0.0
    )
    amounts = sums.rename(columns={"now": "net_amount_365d", "before": "net_amount_365d_last_year"})
    spend = dml.group_spend(amounts.loc[theirs["hml"].dropna().index]).table["spend_group"]
    spend = spend.replace("nothing", "zero")
    newness = dml.group_newness(amounts).table["newness"].dropna()
    known = theirs["nlr"].dropna()
    return [
        [name, "heavy, medium, light", *count(spend, theirs["hml"].dropna())],
        [name, "new, repeating, lapsed", *count(newness, known)],
        *compare_rfm(name, lines[lines["period"] == "now"], theirs, as_of),
    ]


def count(ours: pd.Series, theirs: pd.Series) -> list[str]:
    """Dealers compared, equal ones, and none left out; a dealer of one side alone is unequal."""
    both = ours.index.union(theirs.index)
    equal = int((ours.reindex(both) == theirs.reindex(both)).sum())
    return [f"{len(both):,}", f"{equal:,}", "0"]


def compare_rfm(name: str, year: pd.DataFrame, theirs: pd.DataFrame, as_of: str) -> list[list[str]]:
    """Score the same three numbers, and leave out values that a cut of theirs divides."""
    groups = year.groupby("customer_id")
    recency = (pd.Timestamp(as_of) - groups["transaction_date"].max()).dt.days
    values = {
        "r_score": -recency,
        "f_score": groups["transaction_id"].nunique(),
        "m_score": groups["unit_spend"].sum(),
    }
    rows: list[list[str]] = []
    for score, value in values.items():
        given = theirs[score].dropna().astype("int64").reindex(value.index)
        divided = given.groupby(value).transform("nunique") > 1
        ours = score_fifths(value.astype("float64"))
        equal = int((ours[~divided] == given[~divided]).sum())
        kind = f"fifths of {score[0].upper()}"
        numbers = (int((~divided).sum()), equal, int(divided.sum()))
        rows.append([name, kind, *(f"{number:,}" for number in numbers)])
    return rows


def channels() -> list[list[str]]:
    """Segments of 440 customers of a wholesaler, whose channel (hotels or retail) is known."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    folder = data("wholesale_customers")
    table = pd.read_csv(next(folder.glob("*.csv")))
    amounts = table.drop(columns=["Channel", "Region"]).astype("float64")
    logs = np.log(amounts + 1)
    plain = KMeans(2, n_init=10, random_state=0).fit_predict(logs)
    x = amounts.assign(
        status="active",
        net_amount_365d=amounts.sum(axis=1),
        order_days_365d=1.0,
        net_amount_per_order_day_365d=amounts.sum(axis=1),
    )
    x.index = [f"D{n:03d}" for n in range(len(x))]
    policy = load_policy().changed({"segments.k_min": 2, "segments.k_max": 2})
    ours = dml.fit_segments(x, columns=tuple(amounts.columns), policy=policy).table["segment"]
    channel = table["Channel"].to_numpy()
    return [
        ["fit_segments", "2", f"{adjusted_rand_score(channel, ours):.3f}"],
        ["k-means on logs", "2", f"{adjusted_rand_score(channel, plain):.3f}"],
    ]


if __name__ == "__main__":
    main()
