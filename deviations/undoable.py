"""Which steps of the workflow the one who took them may take back for a while, see `services.undoing`; and how long a
letter about such a step waits, so that it is never sent when the step is taken back. No database, no users."""

from datetime import timedelta

UNDOABLE = frozenset(
    {"assign", "close", "link", "merge", "put_on_agenda", "request_completion", "request_statement", "take_off_agenda"}
)
UNDO_WITHIN = timedelta(minutes=10)
LETTER_WAITS = timedelta(seconds=20)
