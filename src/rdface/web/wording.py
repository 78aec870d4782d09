"""Names of metrics as people read them."""

from __future__ import annotations

import re

_TOP = re.compile(r"top(\d+)_(micro|macro)")
_OVER = {"micro": "images", "macro": "conditions"}


def metric_name(name: str) -> tuple[str, str]:
    """A metric as a column's head: what it is, and over what; the gallery's setting goes with it.

    Example:
        >>> metric_name("top5_macro"), metric_name("rare-in-all/mrr_macro")
        (('top-5', 'over conditions'), ('MRR', 'over conditions, rare in all'))
    """
    setting, _, measure = name.rpartition("/")
    kind = measure.rpartition("_")[2]
    top = _TOP.fullmatch(measure)
    what = f"top-{top[1]}" if top else "MRR" if measure.startswith("mrr_") else measure
    over = [f"over {_OVER[kind]}" if kind in _OVER else "", setting.replace("-", " ")]
    return what, ", ".join(filter(None, over))
