"""Deliver an event to an endpoint, signed as the Standard Webhooks say.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import datetime
import hmac
import random

import structlog

from web.config import Settings
from web.db import webhooks
from web.db.webhook_models import Webhook, WebhookDelivery
from web.outgoing import OutgoingError, post
from web.services import Services
from web.tasks.errors import HopelessError, TaskError

log = structlog.get_logger(__name__)

PAUSES = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds between tries: ten of them within about three days, as the specification proposes."""
LONGEST_PAUSE = datetime.timedelta(days=1)
GONE, TOO_MANY, UNAVAILABLE = 410, 429, 503


def deliver(of: Services, delivery_id: str, now: datetime.datetime) -> None:
    """Try a delivery once.

    Raises:
        TaskError: It did not go well.
        HopelessError: It never will: the endpoint is gone, or disabled.
    """
    with of.reading() as session:
        found = webhooks.delivery(session, delivery_id)
    if found is None:
        return
    told, webhook = found
    if webhook.disabled_at is not None:
        raise HopelessError(webhooks.DISABLED)
    status, reason, after = _send(told, webhook, of.settings, now)
    with of.sessions.begin() as session:
        webhooks.tried(session, delivery_id, status, reason, now)
    if reason is None:
        log.info("event delivered", job_id=told.job_id, status=status)
        return
    log.info("event not delivered", job_id=told.job_id, reason=reason)
    if status == GONE:
        raise HopelessError(webhooks.GONE)
    raise TaskError(reason, min(datetime.timedelta(seconds=after), LONGEST_PAUSE))


def pause(tries: int) -> datetime.timedelta:
    """Return how long to wait after so many tries, a fifth more or less."""
    seconds = PAUSES[min(tries, len(PAUSES)) - 1]
    return datetime.timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _send(
    told: WebhookDelivery, webhook: Webhook, settings: Settings, now: datetime.datetime
) -> tuple[int | None, str | None, int]:
    """Return the status of the answer if there is one, what is wrong, and how long to wait."""
    body = told.body.encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "harmonizer",
        "webhook-id": told.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            signature(secret, told.id, timestamp, body)
            for secret in webhooks.secrets_of(webhook, now)
        ),
    }
    try:
        answer = post(webhook.url, body, headers, settings)
    except OutgoingError as error:
        return None, error.reason, 0
    if 200 <= answer.status < 300:
        return answer.status, None, 0
    after = answer.retry_after if answer.status in (TOO_MANY, UNAVAILABLE) else 0
    return answer.status, f"status_{answer.status}", after


def signature(secret: str, delivery_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of one secret: version 1, HMAC with SHA-256."""
    key = base64.b64decode(secret.removeprefix(webhooks.MARK))
    digest = hmac.digest(key, f"{delivery_id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"
