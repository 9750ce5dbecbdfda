"""What a data set, or its definition, can be turned into beside packages: one module for each."""
