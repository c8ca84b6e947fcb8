"""Descriptions of the sample carriers' blank forms, and the pen that draws them."""
