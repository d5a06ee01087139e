"""The examples, run on a small file, count the same. Each needs its engine; Spark needs Java as well."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bounce_codes import classify

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name, *arguments):
    command = [sys.executable, EXAMPLES / name, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def replies(tmp_path_factory):
    pytest.importorskip("pyarrow")
    file = tmp_path_factory.mktemp("replies") / "replies.parquet"
    run("replies.py", 5000, file)
    return file


@pytest.fixture(scope="module")
def expected(replies):
    """The counts, made without an engine."""
    import pyarrow.parquet

    texts = pyarrow.parquet.read_table(replies)["reply"].to_pylist()
    found = [verdict for verdict in map(classify, texts) if verdict and verdict.bounce]
    return Counter((str(verdict.provider), str(verdict.bounce), str(verdict.category)) for verdict in found)


def counts(output):
    rows = [line.split("\t") for line in output.splitlines()]
    numbers = [int(row[3]) for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    return {tuple(row[:3]): int(row[3]) for row in rows}


def test_duckdb(replies, expected):
    pytest.importorskip("duckdb")
    assert counts(run("with_duckdb.py", replies)) == expected


def test_spark(replies, expected):
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("needs Java")
    assert counts(run("with_spark.py", replies)) == expected
