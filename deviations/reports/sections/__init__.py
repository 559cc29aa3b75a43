"""Every section that a report's template may name, each in its own module."""

from collections.abc import Mapping

from deviations.reports.basis import Writer

SECTIONS: Mapping[str, Writer] = {}
