"""What is kept between runs: messages to deliver, what was written where, and receipts. SQLite, or PostgreSQL by URL."""
