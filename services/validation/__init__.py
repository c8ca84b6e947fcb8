"""Validation: an application in, findings and a verdict out."""
