"""The record is Swedish, whatever language a page is in: authorities' language is Swedish (Språklag 2009:600, 10 §).

What a service writes by itself is a plain Swedish sentence. A function that gathers labels into the record is decorated
with `@override(RECORD)` of django.utils.translation.
"""

RECORD = "sv"
