"""How many vectors are classified in a second."""

import json
from pathlib import Path
from time import perf_counter

from bounce_codes import classify, classify_many

files = (Path(__file__).parents[3] / "tests" / "vectors").glob("*.jsonl")
texts = [json.loads(line)["input"] for file in files for line in file.read_text("utf-8").splitlines()]
replies = [text for text in texts if text[:1] in "245" and text[3:4] in (" ", "-")]


def rate(function, texts):
    best = float("inf")
    # The best of many short rounds, because other programs run too.
    for _ in range(500):
        start = perf_counter()
        function(texts)
        best = min(best, perf_counter() - start)
    return f"{len(texts) / best:,.0f} a second"


for name, texts in (("replies", replies), ("all vectors", texts)):
    print(f"{name}, one by one: {rate(lambda texts: [classify(text) for text in texts], texts)}")
    print(f"{name}, in bulk:    {rate(lambda texts: list(classify_many(texts)), texts)}")
