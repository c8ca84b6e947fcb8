"""How well and how fast scans, faxes and photos are read, beside what others do (``python -m benchmarks.reading``)."""
