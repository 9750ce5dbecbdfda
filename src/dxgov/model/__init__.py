"""The record classes, a module for each subject; each class defines its table."""
