"""Documents that leave Samsyn: one description, written as Word or as PDF with the same words in the same order."""
