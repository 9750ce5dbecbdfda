"""Work for the processes of an executor: validation, partitions, and batches of rows."""
