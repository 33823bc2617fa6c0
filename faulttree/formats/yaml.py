"""Model files in YAML: the native format. No text begins in a way that marks it."""

from __future__ import annotations

from faulttree.formats.format import Format, document_reader
from faulttree.model.yaml import compose_yaml, write_yaml

__all__ = ["YAML"]

YAML = Format("yaml", (".yaml", ".yml"), document_reader(compose_yaml), write_yaml)
