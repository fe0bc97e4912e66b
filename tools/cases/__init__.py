"""Cases and notes of campuses whose own systems have no public interface: files that they export."""
