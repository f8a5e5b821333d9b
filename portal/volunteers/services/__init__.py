"""The only writers of teams, activities, sign-ups, hours and certificates; one module each."""
