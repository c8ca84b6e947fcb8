"""Pictures of pages: those that intake kept, and others drawn from the archived document."""
