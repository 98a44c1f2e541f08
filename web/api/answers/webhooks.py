"""Endpoints that hear of the ends of jobs, and what was delivered."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from web.api.answers.kinds import Id, Moment
from web.db.words import DeliveryState


class WebhookDocument(TypedDict):
    """An endpoint, without its secret; until ``old_secret_until`` the one before signs too."""

    webhook_id: Id
    owner: str
    url: Annotated[str, Field(json_schema_extra={"format": "uri"})]
    events: list[str]
    created_at: Moment
    enabled: bool
    disabled_why: str | None
    old_secret_until: Moment | None


class NewWebhook(WebhookDocument):
    """An endpoint with its secret, told this once."""

    secret: str


class Webhooks(TypedDict):
    """All endpoints that the caller may see."""

    webhooks: list[WebhookDocument]


class DeliveryDocument(TypedDict):
    """An event for an endpoint; ``status`` and ``reason`` are those of the last try."""

    delivery_id: Id
    job_id: Id
    event: str
    state: DeliveryState
    created_at: Moment
    tries: int
    tried_at: Moment | None
    status: int | None
    reason: str | None
    next_at: Moment | None


class Deliveries(TypedDict):
    """A page of deliveries, the newest first."""

    deliveries: list[DeliveryDocument]
    next_cursor: Id | None
