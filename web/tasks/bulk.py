"""Do to many jobs what somebody asked for, some in each transaction."""

import datetime

from web.db import bulk_acts
from web.services import Services


def run(of: Services, bulk_id: str, now: datetime.datetime) -> None:
    """Do an act to all jobs that there were when it was asked for; go on where it broke off."""
    more = True
    while more:
        with of.sessions.begin() as session:
            wish = bulk_acts.begun(session, bulk_id)
            if wish is None:
                return
            # What it does to jobs has a time, by which other acts tell what came first.
            more = bulk_acts.step(session, wish, datetime.datetime.now(datetime.UTC))
