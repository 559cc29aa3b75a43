"""The manual as data: topics that each answer one question, the words of the field, and the page each belongs to."""
