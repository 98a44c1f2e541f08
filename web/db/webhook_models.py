"""Webhooks: the endpoints of owners, and what is delivered to them."""

import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import ID, NAME, REASON, Base, Job
from web.db.types import Json, word
from web.db.words import DeliveryState


class Webhook(Base):
    """One endpoint. web, from what its owner wants; tasks disable one that does not answer."""

    __tablename__ = "webhook"
    __table_args__ = (UniqueConstraint("owner", "url"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    # "" where nobody has to show a key
    owner: Mapped[str] = mapped_column(NAME)
    url: Mapped[str]
    # of which ends of the owner's jobs it hears
    events: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime.datetime]
    # What signs has to be known, so these stand here as they are.
    secret: Mapped[str] = mapped_column(NAME)
    old_secret: Mapped[str | None] = mapped_column(NAME)
    old_until: Mapped[datetime.datetime | None]
    disabled_at: Mapped[datetime.datetime | None]
    disabled_why: Mapped[str | None] = mapped_column(REASON)
    # tasks: when a delivery went well last
    well_at: Mapped[datetime.datetime | None]


class WebhookDelivery(Base):
    """One event for one endpoint: with the end of the job by whoever ends it, then by tasks."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("webhook_delivery_by_webhook", "webhook_id", "id"),
        Index("webhook_delivery_by_time", "created_at"),
    )

    # the ``webhook-id`` of the Standard Webhooks, the same on each try
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ID, ForeignKey(Webhook.id))
    job_id: Mapped[str] = mapped_column(ID, ForeignKey(Job.id))
    event: Mapped[str] = mapped_column(NAME)
    # as it is signed and sent, byte by byte
    body: Mapped[str]
    created_at: Mapped[datetime.datetime]

    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState), default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    tried_at: Mapped[datetime.datetime | None]
    # of the last try: the status of the answer, or why there was none
    status: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(REASON)
