"""The labels of the answers, as the engine names them. The types are in ``_labels.pyi``, which a test compares with these."""

from enum import Enum

from ._engine import ffi, lib


class Label(str, Enum):
    """A label. It is also the text that the command's JSON has: ``Bounce.HARD == "hard"``."""

    __str__ = str.__str__
    __format__ = str.__format__


def _enumeration(name, function, about):
    labels = []
    while True:
        label = function(len(labels) + 1)
        if not label:
            break
        labels.append(ffi.string(label).decode())
    members = [(label.upper().replace("-", "_"), label) for label in labels]
    enumeration = Label(name, members, module="bounce_codes")
    enumeration.__doc__ = about
    return enumeration


Class = _enumeration("Class", lib.bounce_codes_class_name, "What the standard calls the answer.")
Bounce = _enumeration("Bounce", lib.bounce_codes_bounce_name, "What to do about the address after a failure.")
Category = _enumeration("Category", lib.bounce_codes_category_name, "Why. More may be added.")
Scope = _enumeration("Scope", lib.bounce_codes_scope_name, "What an answer is about. More may be added.")
Command = _enumeration("Command", lib.bounce_codes_command_name, "A command that a reply can answer.")
Outcome = _enumeration("Outcome", lib.bounce_codes_outcome_name, "How a delivery ended.")
Table = _enumeration("Table", lib.bounce_codes_table_name, "The tables. More may be added.")
