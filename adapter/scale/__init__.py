"""Many patients: lines sorted by patient on disk, one machine's cores."""
