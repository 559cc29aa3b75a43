"""Deviations, their parties, history and what is said and decided about them; and the bodies' own work with them."""

from deviations.models.answers import Decision, Invitation, Measure, Note, Statement
from deviations.models.delivery import Delivery
from deviations.models.desk import Link, Looking, SavedView, StandardText
from deviations.models.deviation import Deviation, DraftPage, LocalReference, NumberSeries, Submission
from deviations.models.disputes import Dispute, DisputeView, Precedent
from deviations.models.history import AccessLogEntry, HistoryEntry
from deviations.models.learning import FactMonth
from deviations.models.mail import Mail
from deviations.models.meetings import AgendaItem, Attendance, Conflict, DiaryEntry, Meeting
from deviations.models.news import NewsMark, NewsRead
from deviations.models.party import Party
from deviations.models.patterns import LearningCase, Pattern, PatternSearch
from deviations.models.planning import ActionPlan, Activity, Duty
from deviations.models.process import (
    Audit,
    ControlMoment,
    ProcessMeasure,
    ProcessValue,
    Recommendation,
    RecommendationReply,
    RecommendationStatus,
)
from deviations.models.reports import LearningReport, LiveNumbers, ReportCopy, ReportSubscription, Snapshot
from deviations.models.sip import SipAttendance, SipCount, SipImport, SipQuality, SipTraining
from deviations.models.steering import Adoption, Escalation, WorkingGroup
from deviations.models.touched import TouchedMonth

__all__ = [
    "AccessLogEntry",
    "ActionPlan",
    "Activity",
    "Adoption",
    "AgendaItem",
    "Attendance",
    "Audit",
    "Conflict",
    "ControlMoment",
    "Decision",
    "Delivery",
    "Deviation",
    "DiaryEntry",
    "Dispute",
    "DisputeView",
    "DraftPage",
    "Duty",
    "Escalation",
    "FactMonth",
    "HistoryEntry",
    "Invitation",
    "LearningCase",
    "LearningReport",
    "Link",
    "LiveNumbers",
    "LocalReference",
    "Looking",
    "Mail",
    "Measure",
    "Meeting",
    "NewsMark",
    "NewsRead",
    "Note",
    "NumberSeries",
    "Party",
    "Pattern",
    "PatternSearch",
    "Precedent",
    "ProcessMeasure",
    "ProcessValue",
    "Recommendation",
    "RecommendationReply",
    "RecommendationStatus",
    "ReportCopy",
    "ReportSubscription",
    "SavedView",
    "SipAttendance",
    "SipCount",
    "SipImport",
    "SipQuality",
    "SipTraining",
    "Snapshot",
    "StandardText",
    "Statement",
    "Submission",
    "TouchedMonth",
    "WorkingGroup",
]
