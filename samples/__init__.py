"""Fictional carriers' blank forms and filled packets: drawn, generated, never real."""
