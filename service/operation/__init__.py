"""What an administrator asks of the service: who may call it and how often, what it sends, logs and counts."""
