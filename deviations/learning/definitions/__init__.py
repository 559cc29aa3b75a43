"""What every number of a report means, in words that a reader can open beside it."""
