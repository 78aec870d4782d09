"""Simulated children with known HPO terms: no patient, no model, only geometry and light."""
