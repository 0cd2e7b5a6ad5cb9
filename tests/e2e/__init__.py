"""The whole product, started as a new user starts it, in a real headless Chromium."""
