"""The only writers of what happens at the desk."""
