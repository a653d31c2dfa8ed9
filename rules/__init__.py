"""What do we want, and may we? Pure: values in, values out."""
