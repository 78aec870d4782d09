"""Hand on a trained head: a folder as model hubs have them, with a card and the terms."""

from rdface.hub.exporting import export_head
from rdface.hub.head import Head, load_head

__all__ = ["Head", "export_head", "load_head"]
