"""What runs the portal elsewhere; `deploy.local` tries it on one computer."""
