"""The words of the school as tables: what a time, a name, a command and an answer look like."""
