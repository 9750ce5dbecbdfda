"""Work handed to the processes of an executor."""
