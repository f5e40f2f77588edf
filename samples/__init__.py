"""A sample hospital: synthetic patients, as a Chinese hospital would export them. No person stands behind any."""

SCREENED_AT = "2025-06-01T09:00:00+08:00"
