"""The chat page: several phones side by side, the school's clock, faults, and what goes over the wire."""
