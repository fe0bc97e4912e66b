"""The looks of the advising chat, by topic: each asks the door to people first and says where and when it read."""
