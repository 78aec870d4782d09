"""Other people's layouts of pictures and tables: read into a cohort, written from one."""

from rdface.cohort.adapters.adapter import (
    EXPORTERS,
    IMPORTERS,
    Exported,
    Imported,
    export_cohort,
    import_cohort,
)

__all__ = [
    "EXPORTERS",
    "IMPORTERS",
    "Exported",
    "Imported",
    "export_cohort",
    "import_cohort",
]
