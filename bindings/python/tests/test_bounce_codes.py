"""What the vectors do not show."""

import dataclasses
import doctest
import json
import os
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bounce_codes
import pytest
from bounce_codes import Bounce, Category, Class, Command, Outcome, Scope, Table, classify, classify_many, delivery, table

ROOT = Path(__file__).parents[3]


def test_examples():
    readme = Path(__file__).parents[1] / "README.md"
    assert doctest.testfile(str(readme), module_relative=False) == (0, 6)
    assert doctest.testmod(bounce_codes) == (0, 7)


def test_the_fields_are_the_keys_of_the_command():
    (example,) = re.findall(r'\{"input":"550 5\.1\.1[^}]*\}', (ROOT / "README.md").read_text("utf-8"))
    expected = json.loads(example)
    verdict = dataclasses.asdict(classify(expected["input"]))
    verdict["class"] = verdict.pop("class_")
    assert verdict.pop("advice") == "Stop mailing this address."
    assert verdict.pop("postmaster") is None
    assert verdict.pop("row") == "User unknown"
    del expected["input"], expected["recipient"]
    assert json.loads(json.dumps(verdict)) == expected


def test_labels_are_text():
    assert Bounce.HARD == "hard" and f"{Bounce.HARD}" == str(Bounce.HARD) == "hard"
    assert Category("mailbox-full") is Category.MAILBOX_FULL
    assert {"hard": 1}[Bounce.HARD] == 1


def test_a_verdict_is_a_value():
    verdict = classify("550 5.1.1 User unknown")
    assert verdict == classify(b"550 5.1.1 User unknown") and hash(verdict) == hash(classify("550 5.1.1 User unknown"))
    assert verdict != classify("550 5.1.1 no such user")
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    assert dataclasses.replace(verdict, evidence=None).evidence is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.bounce = None


def test_the_command_counts():
    assert classify("550 No").bounce == Bounce.HARD
    assert classify("550 No", Command.MAIL_FROM).bounce == classify("550 No", "mail-from").bounce == Bounce.BLOCK
    with pytest.raises(ValueError, match="helo"):
        classify("550 No", "helo")


def test_any_text():
    assert classify("") is None and classify(b"") is None
    assert classify(bytearray(b"550 5.1.1 \xff")).reply == 550
    assert classify("550 5.1.1 \ud800").reply == 550
    assert classify("550 5.2.2 " + "é" * 1_000_000).enhanced == "5.2.2"
    with pytest.raises(TypeError):
        classify(550)
    assert list(classify_many([])) == []
    assert [verdict and verdict.reply for verdict in classify_many(["", "550 No", b"", b"421 No"])] == [None, 550, None, 421]


def test_a_line_without_a_code():
    line = "4F1A: to=<ada@example.com>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to mailbox)"
    found = delivery(line)
    assert (found.outcome, found.recipient) == (Outcome.DELIVERED, "ada@example.com")
    assert delivery("hello") == bounce_codes.Delivery(None, None, None, None)


def test_the_page_of_the_provider():
    verdict = classify("550 5.7.606 Access denied, banned sending IP")
    assert (verdict.provider, verdict.postmaster) == ("Exchange Online", "https://sender.office.com/")


def test_wait():
    assert classify("451 4.7.1 Greylisted, please try again in 5 minutes").retry_after == 300


def test_many_invented_codes():
    for detail in range(1000):
        for subject in (7, 8, 9, 10, 11):
            code = f"5.{subject}.{detail}"
            assert classify(f"550 {code} No").enhanced == code
    assert max(len(bounce_codes._constants), len(bounce_codes._verdicts)) <= 4096


def test_threads():
    texts = [f"550 5.{subject}.{detail} No" for subject in range(8) for detail in range(200)] * 5
    expected = [classify(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(classify, texts, chunksize=50)) == expected


def test_tables():
    assert len(table()) == sum(len(table(name)) for name in Table)
    assert [row.key for row in table("class")] == ["2", "4", "5"]
    (row,) = [row for row in table(Table.ENHANCED) if row.key == "X.1.1"]
    assert row == bounce_codes.Row(
        table=Table.ENHANCED,
        key="X.1.1",
        provider=None,
        name="Bad destination mailbox address",
        registry_name=None,
        description="The recipient's domain has no such mailbox.",
        advice=None,
        retry_after=None,
        class_=None,
        bounce=Bounce.HARD,
        category=Category.MAILBOX_UNKNOWN,
        scope=Scope.RECIPIENT,
        common=True,
        overlaid=False,
        references=("RFC 3463",),
    )
    (banned,) = [row for row in table("provider") if row.key == "Exchange Online: 5.7.606-5.7.649"]
    assert (banned.provider, banned.name) == ("Exchange Online", "IP banned, delist page")
    assert banned.advice == "Ask for removal at https://sender.office.com/ with the IP that the reply names."
    (wait,) = [row for row in table("provider") if row.name == "Greylisted for five minutes"]
    assert wait.retry_after == 300
    first = table("blocklist")[0]
    assert (first.key, first.provider) == (first.name, None)
    group = table("group")[-1]
    assert (group.class_, group.registry_name) == (Class.PERMANENT_FAILURE, "Permanent Negative Completion reply")
    assert table("no such table") == []


def test_version():
    manifest = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    assert f'version = "{bounce_codes.__version__}"' in manifest
    assert bounce_codes.overlay() is None


def test_the_types_have_the_labels_of_the_engine():
    """To accept a change, run it with ``INSTA_UPDATE=always``."""
    stub = "# Generated by tests/test_bounce_codes.py.\n\nfrom enum import Enum\n\nclass Label(str, Enum): ...\n"
    for name in ("Class", "Bounce", "Category", "Scope", "Command", "Outcome", "Table"):
        stub += f"\nclass {name}(Label):\n"
        stub += "".join(f'    {label.name} = "{label.value}"\n' for label in getattr(bounce_codes, name))
    file = Path(__file__).parents[1] / "src/bounce_codes/_labels.pyi"
    if os.environ.get("INSTA_UPDATE") == "always":
        file.write_text(stub)
    assert file.read_text() == stub
