"""Generic FHIR: wire formats and Bundles, with no knowledge of any trial."""
