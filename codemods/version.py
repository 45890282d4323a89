"""The version, by itself so that packaging and ``--version`` read it without importing anything."""

VERSION = "0.1.0"
