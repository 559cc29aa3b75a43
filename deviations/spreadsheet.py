"""What a spreadsheet does with text: used wherever a CSV file leaves the house."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(text: str) -> str:
    """The text, with an apostrophe first where a spreadsheet would run it as a formula, also after leading blanks."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
