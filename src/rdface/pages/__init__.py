"""Figures and self-contained HTML reports, made from run folders alone."""
