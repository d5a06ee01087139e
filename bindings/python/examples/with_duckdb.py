"""Counts the bounces in a Parquet file with DuckDB.

    pip install bounce-codes duckdb pyarrow
    python with_duckdb.py replies.parquet
"""

import sys

import duckdb
import pyarrow as pa
from bounce_codes import classify_many

FIELDS = ["bounce", "category", "provider"]


def bounce_code(replies):
    """A column of replies as a column of structs."""
    verdicts = list(classify_many(replies.to_pylist()))
    columns = [pa.array([verdict and getattr(verdict, field) for verdict in verdicts], pa.string()) for field in FIELDS]
    return pa.StructArray.from_arrays(columns, FIELDS)


def connect():
    connection = duckdb.connect()
    result = duckdb.struct_type({field: "VARCHAR" for field in FIELDS})
    connection.create_function("bounce_code", bounce_code, ["VARCHAR"], result, type="arrow")
    return connection


QUERY = """
    SELECT verdict.provider, verdict.bounce, verdict.category, count(*) AS bounces
    FROM (SELECT bounce_code(reply) AS verdict FROM read_parquet($file))
    WHERE verdict.bounce IS NOT NULL
    GROUP BY ALL ORDER BY bounces DESC, 1, 2, 3
"""

if __name__ == "__main__":
    for row in connect().execute(QUERY, {"file": sys.argv[1]}).fetchall():
        print(*row, sep="\t")
