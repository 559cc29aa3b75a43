"""What the county learned: counts by month, kept up to date, and reports made from them with small numbers hidden.

`refresh` keeps the counts, `report.report_for` shapes them, `access` says who reads which report, `suppress` hides what
could point at somebody. The only place that imports pandas, and only when a report is made: it takes a second to load.
"""
