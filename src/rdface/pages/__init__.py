"""Figures and self-contained HTML reports, made of finished runs alone."""

from rdface.pages.report import REPORT_FILE, write_report

__all__ = ["REPORT_FILE", "write_report"]
