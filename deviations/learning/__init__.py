"""What the county learned: counts by month, kept up to date, and what may be told of them with small numbers hidden.

`refresh` keeps the counts that `counting` makes, `dataset` ties those of a steering tree together by sums, `protect`
hides what could point at somebody, and `measures` says what each number is. `runchart`, `control`, `medians` and
`shares` know nothing of reports: numbers in, numbers and the rule's words out. The only place that imports pandas,
numpy and scipy, and only when a report is made: they take seconds.
"""
