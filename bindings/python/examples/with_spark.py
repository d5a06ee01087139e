"""Counts the bounces in a Parquet file with Spark, on as many machines as Spark has.

    pip install bounce-codes pyspark pandas pyarrow
    python with_spark.py replies.parquet
"""

import os
import sys

import pandas as pd
from bounce_codes import classify_many
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, desc, pandas_udf
from pyspark.sql.types import StringType, StructField, StructType

FIELDS = ["bounce", "category", "provider"]
# On this machine, the workers use the same Python.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


@pandas_udf(StructType([StructField(field, StringType()) for field in FIELDS]))
def bounce_code(replies: pd.Series) -> pd.DataFrame:
    """A column of replies as a column of structs."""
    verdicts = list(classify_many(replies.fillna("")))
    return pd.DataFrame({field: [verdict and getattr(verdict, field) for verdict in verdicts] for field in FIELDS}, dtype=object)


def count(file):
    spark = SparkSession.builder.appName("bounce-codes").getOrCreate()
    verdicts = spark.read.parquet(file).select(bounce_code("reply").alias("verdict")).select("verdict.*")
    counted = verdicts.where(col("bounce").isNotNull()).groupBy("provider", "bounce", "category").count()
    return counted.orderBy(desc("count"), "provider", "bounce", "category").collect()


if __name__ == "__main__":
    for row in count(sys.argv[1]):
        print(row.provider, row.bounce, row.category, row["count"], sep="\t")
