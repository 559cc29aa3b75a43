"""Deviations, their parties, history and what is said and decided about them."""

from deviations.models.answers import Decision, Invitation, Measure, Note, Statement
from deviations.models.delivery import Delivery
from deviations.models.deviation import Deviation, LocalReference, NumberSeries, Submission
from deviations.models.history import AccessLogEntry, HistoryEntry
from deviations.models.learning import FactMonth
from deviations.models.party import Party
from deviations.models.touched import TouchedMonth

__all__ = [
    "AccessLogEntry",
    "Decision",
    "Delivery",
    "Deviation",
    "FactMonth",
    "HistoryEntry",
    "Invitation",
    "LocalReference",
    "Measure",
    "Note",
    "NumberSeries",
    "Party",
    "Statement",
    "Submission",
    "TouchedMonth",
]
