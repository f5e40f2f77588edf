"""The shell around the screening: reading sources, talking to FHIR servers, serving requests."""
