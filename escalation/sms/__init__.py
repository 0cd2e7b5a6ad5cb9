"""Text messages: what stands in them, how many they cost, who gets them, and what becomes of them."""
