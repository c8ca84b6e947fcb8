"""The independent services of Goodorder; each stands on ``services.chassis`` and knows no other."""
