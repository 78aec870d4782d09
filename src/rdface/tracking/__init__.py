"""Log finished runs to an experiment tracker: numbers and names, never a person's."""

from rdface.tracking.record import Record, record_of
from rdface.tracking.tracker import TRACKERS, Tracker

__all__ = ["TRACKERS", "Record", "Tracker", "record_of"]
