"""Makes a Parquet file of replies to try the other examples on: the vectors of the tests, with other names in them.

    python replies.py 100000 replies.parquet
"""

import json
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

AT_ONCE = 100_000


def main(rows, path):
    vectors = (Path(__file__).parents[3] / "tests" / "vectors").glob("*.jsonl")
    lines = [json.loads(line)["input"] for file in sorted(vectors) for line in file.read_text("utf-8").splitlines()]
    chance = random.Random(1)
    schema = pa.schema([("reply", pa.string())])
    with pq.ParquetWriter(path, schema) as file:
        for start in range(0, rows, AT_ONCE):
            replies = [
                line.replace("ada@", f"user{chance.randrange(1_000_000)}@")
                for line in chance.choices(lines, k=min(AT_ONCE, rows - start))
            ]
            file.write_table(pa.table({"reply": replies}, schema))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
