"""A press that came after the login had ended: nothing was done, and nothing typed is lost."""
