"""Which words are ordinary English, so that a name that is one needs capitals or a cue.

``common.txt`` are the lower-case words of SCOWL 2020.12.07, sizes 10 to 35 (American, British and shared); its licence
is in COPYRIGHT. The smaller sets below are written for this project.
"""

from functools import cache
from pathlib import Path

from privacy.directory.folding import listed

FUNCTION = listed(
    "a about after all also am an and any are as ask at be been but by can come could did do does done else"
    " for from get give go got had has have he her here hers him his how i if in into is it its let like long"
    " look made make may me might more most must my new no not now of off on one only or our out over own"
    " please said say see she should so some such than that the their them then there these they this those to"
    " too two under up us use very was way we well went were what when where which while who why will with"
    " would yes yet you your"
)
CALENDAR = listed(
    "january february march april june july august september october november december jan feb mar apr jun"
    " jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed"
    " thu thur thurs fri sat sun english spanish french german chinese american christmas easter thanksgiving"
    " google zoom microsoft apple"
)
CAMPUS = listed("sis lms gpa crn faq ferpa api csv pdf url html sms esl ged stem")
"""Words of the trade that are also someone's short name, such as Sis for Frances; here they never are."""
TITLES = listed(
    "dr prof professor mr mrs ms mx miss sir madam coach dean provost rector chancellor instructor advisor"
    " adviser teacher lecturer sra sr senor senora herr frau mme monsieur madame"
)
RELATIVES = listed(
    "mother father mom mum dad son daughter brother sister wife husband aunt uncle guardian parent roommate"
    " friend boyfriend girlfriend partner cousin grandmother grandfather grandma grandpa stepfather stepmother"
    " classmate nephew niece student"
)
GREETINGS = listed("hi hello dear hey hola greetings morning afternoon evening")
FAREWELLS = listed("thanks regards sincerely cheers best respectfully yours thank gracias")
PLACES = listed(
    "university college school hall street st avenue ave road library building center centre county city lab"
    " stadium campus institute hospital museum theatre theater house room park state tower award scholarship"
    " prize lecture foundation department grant method theorem law test algorithm"
)
NAME_KEYS = listed("first last name given family surname middle preferred legal firstname lastname nee")


@cache
def common_words() -> frozenset[str]:
    """Return the ordinary English words, lower case."""
    listed = Path(__file__).with_name("common.txt").read_text(encoding="ascii").split()
    return frozenset(listed) | FUNCTION | CALENDAR
