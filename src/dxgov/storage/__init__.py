"""Where files lie: folders, zip archives, object stores and web servers."""
