"""The advisors' console: pages that advisors, instructors and registrars work in; ``service.web`` serves them."""
