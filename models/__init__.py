"""The school: its rows and its rules; knows no wire, no sentence and no clock."""
