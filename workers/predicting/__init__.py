"""What is to come: forecasts, and when one passes a limit that was named or that the plant keeps."""
