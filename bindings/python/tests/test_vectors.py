"""Every vector, one by one and in bulk, as text and as bytes."""

import json
from pathlib import Path

import pytest
from bounce_codes import classify, classify_many, delivery

FILES = sorted((Path(__file__).parents[3] / "tests" / "vectors").glob("*.jsonl"))
VECTORS = [json.loads(line) for file in FILES for line in file.read_text("utf-8").splitlines()]


def test_there_are_vectors():
    assert len(VECTORS) > 1000


@pytest.mark.parametrize("encode", [str, str.encode], ids=["text", "bytes"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_vectors(file, encode):
    for line in file.read_text("utf-8").splitlines():
        expected = json.loads(line)
        found = delivery(encode(expected["input"]))
        verdict = found.verdict
        assert classify(encode(expected["input"])) == verdict
        for key in ("outcome", "command", "recipient"):
            if key in expected:
                assert getattr(found, key) == expected[key], (key, line)
        for key in ("reply", "enhanced", "bounce", "retry", "category", "scope", "provider", "name", "row"):
            if key in expected:
                assert (verdict and getattr(verdict, key)) == expected[key], (key, line)


@pytest.mark.parametrize("encode", [str, str.encode], ids=["text", "bytes"])
def test_in_bulk_is_the_same(encode):
    texts = [encode(vector["input"]) for vector in VECTORS] * 3
    assert list(classify_many(texts)) == [classify(text) for text in texts]
