"""Public audits of collaboration and what they recommended (J01–J04): a YAML file for each, and the checks.

The files hold what our sources tell, in our own words. What they do not tell is left out, and the file says so:
nobody's recommendation is made up here.
"""
