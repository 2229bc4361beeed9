"""The clock: what the hour asks, and emptying the outbox."""
