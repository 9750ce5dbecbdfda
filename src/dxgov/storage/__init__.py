"""Where files lie: folders, zip archives, web servers and object stores."""
