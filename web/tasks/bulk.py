"""Do to many jobs what somebody asked for, some in each transaction."""

import datetime

from web.db import bulk_acts
from web.services import Services


def run(of: Services, bulk_id: str, now: datetime.datetime) -> None:
    """Do an act to all jobs that there were when it was asked for; go on where it broke off."""
    more = True
    while more:
        with of.sessions.begin() as session:
            wish = bulk_acts.find(session, bulk_id, None)
            if wish is None or wish.ended_at is not None:
                return
            more = bulk_acts.step(session, wish, now)
