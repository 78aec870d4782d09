"""Embeddings of whole cohorts in Parquet: written shard by shard, read group by group."""

from rdface.backbones.stored.embedding import embed_shards
from rdface.backbones.stored.manifest import EmbeddingsManifest
from rdface.backbones.stored.table import EmbeddingTable, read_embeddings

__all__ = ["EmbeddingTable", "EmbeddingsManifest", "embed_shards", "read_embeddings"]
