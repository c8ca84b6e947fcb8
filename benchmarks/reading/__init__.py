"""How well and how quickly scans, faxes and photos are read, beside what others do (``python -m benchmarks.reading``)."""
