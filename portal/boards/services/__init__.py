"""The only writers of what stands on building boards."""
