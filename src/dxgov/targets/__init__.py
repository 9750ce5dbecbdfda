"""What a data set can be turned into beside packages: one module for each further target."""
