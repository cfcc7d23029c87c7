"""One Spark on this machine, and the sample export in it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import narwhals as nw
import pytest

from dealerml.exports import read_export
from dealerml.tables import Tables
from tests.conftest import SAMPLE


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: make spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    builder = sql.SparkSession.builder.master("local[2]").appName("dealerml")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def embedded() -> Tables:
    return read_export(SAMPLE)


@pytest.fixture(scope="session")
def on_spark(spark: Any, embedded: Tables) -> Tables:
    """The same tables, row for row, in Spark."""

    def move(frame: Any) -> Any:
        if frame is None:
            return None
        return nw.from_native(spark.createDataFrame(frame.collect("pyarrow").to_native()))

    return replace(
        embedded,
        order_lines=move(embedded.order_lines),
        **{name: move(getattr(embedded, name)) for name in PLACED},
        others={name: move(frame) for name, frame in embedded.others.items()},
        connection=None,
    )


PLACED = ("dealers", "products", "notes", "successors")
