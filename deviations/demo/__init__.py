"""The demo: three real counties with people for every role, the situations of the audits, and eighteen months of past.

Everything in it is invented but the governance and the situations, and pages say so. `load` fills an empty database:
profiles are activated, people get their roles and the situations are filed and handled through the services; the
generated past is built from the same parts and stored in bulk.
"""

from collections.abc import Callable

from deviations import clock
from deviations.demo.desk import make_desks
from deviations.demo.governance import tell_governance
from deviations.demo.learning import tell_learning
from deviations.demo.letters import tell_letters
from deviations.demo.meetings import hold_meetings
from deviations.demo.past import make_past
from deviations.demo.people import activate_counties, make_people
from deviations.demo.process import follow_measures
from deviations.demo.reports import tell_reports
from deviations.demo.sip import count_sip
from deviations.demo.sip_training import tell_training
from deviations.demo.situations import file_situations
from deviations.demo.steering import tell_steering

PAST_DEVIATIONS = 3000


def load(say: Callable[[str], None], *, past: int = PAST_DEVIATIONS, seed: int = 1) -> None:
    """Fill an empty database. The same seed on the same day gives the same demo.

    `past` is how many deviations the generated history holds, over eighteen months and the three counties.
    """
    today = clock.today()
    say("Tre länsprofiler prövas och aktiveras …")
    counties = activate_counties(today)
    say("Människor får sina roller …")
    cast = make_people(counties)
    say(f"{past} avvikelser ur ett och ett halvt års historik …")
    make_past(counties, cast, count=past, seed=seed)
    say("Revisionernas 34 situationer anmäls och hanteras …")
    file_situations(counties, cast)
    say("Arbetsborden får sina vyer, texter och ärenden som hör ihop …")
    make_desks(counties, cast)
    say("Styrande organ, arbetsgrupper och huvudmännens svar …")
    tell_steering(counties, cast)
    say("Möten hålls, och nästa planeras …")
    hold_meetings(counties, cast)
    say("Årshjul, handlingsplaner och register …")
    tell_governance(counties, cast)
    say("Två års SIP …")
    count_sip(counties, cast)
    tell_training(counties, cast)
    say("Mått, kontroller och revisionernas rekommendationer …")
    follow_measures(counties, cast)
    say("Mönster som återkommer, och fall att lära av …")
    tell_learning(counties, cast)
    say("Förra årets rapporter räknas, fastställs och skickas …")
    tell_reports(counties, cast)
    say("Förra veckans brev …")
    tell_letters()
