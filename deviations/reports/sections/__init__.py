"""Every section that a report's template may name, each in its own module."""

from collections.abc import Mapping

from deviations.reports.basis import Writer
from deviations.reports.sections.acknowledged import acknowledged
from deviations.reports.sections.activities import activities
from deviations.reports.sections.agreements import agreements
from deviations.reports.sections.apt import apt
from deviations.reports.sections.breakdown import breakdown
from deviations.reports.sections.cases import cases
from deviations.reports.sections.definitions import definitions
from deviations.reports.sections.directions import directions
from deviations.reports.sections.feedback import feedback
from deviations.reports.sections.first_page import first_page, own_words
from deviations.reports.sections.flow import flow
from deviations.reports.sections.measures import measures
from deviations.reports.sections.patterns import patterns
from deviations.reports.sections.process import process
from deviations.reports.sections.recommendations import recommendations
from deviations.reports.sections.series import series
from deviations.reports.sections.silent import silent
from deviations.reports.sections.sip import sip
from deviations.reports.sections.small import comment, how_many, safety, sip_year
from deviations.reports.sections.way import way

SECTIONS: Mapping[str, Writer] = {
    "first_page": first_page,
    "summary": own_words,
    "way": way,
    "flow": flow,
    "directions": directions,
    "series": series,
    "feedback": feedback,
    "agreements": agreements,
    "acknowledged": acknowledged,
    "breakdown": breakdown,
    "measures": measures,
    "process": process,
    "recommendations": recommendations,
    "silent": silent,
    "patterns": patterns,
    "activities": activities,
    "cases": cases,
    "apt": apt,
    "number": how_many,
    "sip": sip,
    "sip_year": sip_year,
    "safety": safety,
    "comment": comment,
    "definitions": definitions,
}
