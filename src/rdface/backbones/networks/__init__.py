"""Architectures of which no dependency has a module with the published parameter names.

They import torch, so they are imported where a backbone is made and not before.
"""
