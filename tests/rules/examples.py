"""One situation or more per built rule, with the answer a registrar would give."""

from tests.rules.examples_alerts import ALERTS
from tests.rules.examples_drops import DROPS
from tests.rules.examples_grade_sending import GRADE_SENDING
from tests.rules.examples_grades import GRADES
from tests.rules.examples_incompletes import INCOMPLETES
from tests.rules.examples_people import PEOPLE
from tests.rules.examples_rosters import ROSTERS
from tests.rules.examples_sections import SECTIONS
from tests.rules.situation import Example

EXAMPLES: tuple[Example, ...] = (*PEOPLE, *SECTIONS, *ROSTERS, *GRADES, *INCOMPLETES, *GRADE_SENDING, *DROPS, *ALERTS)
