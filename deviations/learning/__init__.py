"""What the county learned: counts by month, kept up to date, and reports made from them with small numbers hidden.

`refresh` keeps the counts, `report.report_for` shapes them, `access` says who reads which report, `suppress` hides what
could point at somebody. `runchart`, `control`, `medians` and `shares` know nothing of reports: numbers in, numbers and
the rule's words out. The only place that imports pandas and scipy, and only when a report is made: they take seconds.
"""
