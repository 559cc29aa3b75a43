"""A unit's own reporting as those who lead it see it: the year, and the sheet for the workplace meeting.

Everything is counted among what the person may see; numbers about others are hidden when they are small (A04, C03).
"""
