"""Values that are counted: from the frozen numbers that the reports print, so that a measure and a report agree (H01).

A value is made when the snapshot of its period is there, by the same definition that a reader opens beside it. Where
the snapshot hides a count, the value is hidden: None.
"""

from collections.abc import Mapping
from typing import Any

FORMULAS: Mapping[str, Any] = {}
