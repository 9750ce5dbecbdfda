"""What the records say together: traces and open issues."""
