"""Writes the contracts down for readers in any language: JSON Schemas, the AsyncAPI document, the page of events."""
