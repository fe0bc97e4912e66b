"""The world behind the faces: people, catalogue, calendar and every student's dated history."""
