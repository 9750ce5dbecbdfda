"""CSV and Parquet files: bytes to typed columns and back."""
