"""The console for other systems: JSON under ``/api/v1``, described by its own OpenAPI document."""
