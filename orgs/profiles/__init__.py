"""A county as data: one YAML per county, its typed schema, and what reads, compares and synchronises it."""
