"""Records, traces and open issues as plain text for a terminal."""
