"""Letters by e-mail: which there are and to whom (`letters`), written (`outbox`), worded (`words`), sent (`post`).

What happened is read in the history entry, in the transaction that wrote it; `reminders` adds what the calendar says.
"""
