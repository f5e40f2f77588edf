"""Endpoints: what a treated participant's record says of response, kinetics, dynamics and activity."""
