"""What answers hold. The types are the API's description: ``/api/openapi.json`` is made of them."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from harmonizer_queue.reads import Worker
from web.db.models import FileStatus, ItemKind, ItemState, JobStatus, Outcome, Priority, Role
from web.db.words import Act, DeliveryState, PersonAct, TaskKind

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Reference = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Counts = dict[str, int]


class Links(TypedDict):
    """Where everything about a job is."""

    self: Reference
    status: Reference
    events: Reference
    result: Reference
    outputs: Reference
    issues: Reference
    logs: Reference
    cancel: Reference
    retry: Reference


class Accepted(TypedDict):
    """A job that was accepted: durable, and nothing more."""

    job_id: Id
    status: JobStatus
    links: Links


class JobLinks(TypedDict):
    """A job, and where everything about it is."""

    job_id: Id
    links: Links


class Retried(JobLinks):
    """A job that lives again; ``items`` is how many items run again."""

    items: int


class JobSummary(TypedDict):
    """A job as lists show it."""

    job_id: Id
    status: JobStatus
    operation: str
    profile: str
    priority: Priority
    owner: str | None
    first_file: str
    file_count: int
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    purged_at: Moment | None
    cancel_wanted: bool
    retries: int
    reason: str | None
    counts: Counts | None
    links: Links


class Jobs(TypedDict):
    """A page of jobs, the newest first; when not exact, ``count`` is the least there are.

    With a text a page may have fewer jobs than asked for, and still a next one.
    """

    jobs: list[JobSummary]
    count: int
    count_is_exact: bool
    next_cursor: Id | None


class BulkCount(TypedDict):
    """To how many jobs something can be done now, exactly."""

    act: Act
    count: int


class Bulk(TypedDict):
    """An act on all jobs of a filter: how many there were, and to how many it was done yet."""

    bulk_id: Id
    act: Act
    filter: dict[str, str]
    count: int
    done: int
    who: str
    asked_at: Moment
    ended_at: Moment | None


class Bulks(TypedDict):
    """Acts on many jobs, the newest first."""

    acts: list[Bulk]


class Timings(TypedDict):
    """Seconds."""

    waited_s: float | None
    ran_s: float | None


class AttemptDocument(TypedDict):
    """One try of a worker at an item."""

    worker_id: str | None
    started_at: Moment | None
    ended_at: Moment | None
    outcome: Outcome | None
    reason: str | None


class ItemDocument(TypedDict):
    """One unit of work."""

    item_id: Id
    kind: ItemKind
    file_no: int | None
    range_no: int | None
    shard_no: int | None
    state: ItemState
    failures: int
    losses: int
    reason: str | None
    started_at: Moment | None
    ended_at: Moment | None
    attempts: list[AttemptDocument]


class ItemPlace(TypedDict):
    """Where Redis has a unit of work: in which index, at which place, or who runs it.

    ``lease_s`` is how long its worker may be silent yet, ``due_in_s`` when it is tried again.
    """

    state: ItemState
    index: str | None
    position: int | None
    worker_id: str | None
    lease_s: float | None
    due_in_s: float | None
    progress: Counts
    cancel_wanted: bool


class ItemWhole(ItemDocument):
    """One unit of work, and where it is now."""

    job_id: Id
    job_status: JobStatus
    file: str | None
    priority: Priority
    epoch: int
    created_at: Moment
    place: ItemPlace | None


class ItemTold(TypedDict):
    """A unit of work that something was told about."""

    item_id: Id


class FileDocument(TypedDict):
    """One file of a job."""

    file_no: int
    name: str
    source: str
    table: str | None
    media: str
    bytes: int
    sha256: Sha256
    status: FileStatus | None
    reason: str | None
    counts: Counts | None


class HoldDocument(TypedDict):
    """A legal hold: nothing deletes the files of its job."""

    since: Moment
    why: str


class Held(TypedDict):
    """Whether the files of a job are under a legal hold."""

    job_id: Id
    hold: HoldDocument | None


class Purged(TypedDict):
    """A job whose files nobody can read any more."""

    job_id: Id
    purged_at: Moment


class JobDocument(JobSummary):
    """Everything about a job."""

    profile_sha256: Sha256 | None
    today: Day
    options: dict[str, Any]
    plan: bool
    webhook_id: Id | None
    hold: HoldDocument | None
    timings: Timings
    files: list[FileDocument]
    items: list[ItemDocument]


class FileProgress(TypedDict):
    """How far the work on a file is."""

    file_no: int
    stage: str
    rows: int
    bytes: int
    percent: float | None


class ProgressDocument(TypedDict):
    """How far the work is; ``files`` are those that are being worked on now."""

    stage: str
    rows: int
    bytes: int
    percent: float | None
    files: list[FileProgress]


class JobError(TypedDict):
    """Why a file, or the job as a whole (no file), failed."""

    file_no: int | None
    file: str | None
    reason: str
    message: str


class Status(TypedDict):
    """How far a job is."""

    job_id: Id
    status: JobStatus
    progress: ProgressDocument
    queue_position: int | None
    counts: Counts | None
    estimate_s: float | None
    errors: list[JobError]


class IssueSample(TypedDict):
    """Where a finding is, and how the cell looks: 9 for a digit, A and a for letters."""

    record_no: int
    source_line: int | None
    raw_masked: str | None


class IssueDocument(TypedDict):
    """How often a rule was broken in a field of a file; with samples if they were asked for."""

    file: str | None
    table: str | None
    field: str | None
    rule_id: str
    severity: str
    disposition: str
    count: int
    samples: NotRequired[list[IssueSample]]


class Issues(TypedDict):
    """A page of counted findings; ``count`` is over all pages."""

    job_id: Id
    count: int
    issues: list[IssueDocument]
    next_cursor: str | None


class LogLine(TypedDict):
    """One line of a job's log; ``fields`` are counts, and names of files and outputs."""

    line: int
    level: str
    msg: str
    fields: dict[str, Any]


class Logs(TypedDict):
    """A page of a job's log."""

    job_id: Id
    lines: list[LogLine]
    next_cursor: str | None


class ChangeDocument(TypedDict):
    """A changed cell; one that is ``suggested`` stands as ``before``, and perhaps is ``after``.

    ``column`` is the column that made the row, in files whose records make several.
    """

    file: str
    table: str
    record_no: int
    source_line: int
    column: str | None
    field: str
    rules: list[str]
    before: str
    after: str
    suggested: bool


class Changes(TypedDict):
    """A page of changed cells; ``read`` of the ``bytes`` of all were looked through for them."""

    job_id: Id
    changes: list[ChangeDocument]
    read: int
    bytes: int
    next_cursor: str | None


class OutputDocument(TypedDict):
    """One thing a job made."""

    name: str
    kind: str
    table: str | None
    format: str | None
    rows: int | None
    bytes: int
    sha256: Sha256
    media: str
    href: Reference


class Exporting(TypedDict):
    """A result that is being made in another format."""

    job_id: Id
    format: str
    status: Literal["exporting"]


class RedisDocument(TypedDict):
    """What Redis says of itself; ``most_bytes`` is null where it has no limit."""

    version: str
    used_bytes: int
    most_bytes: int | None
    policy: str
    appendonly: bool
    uptime_s: int
    clients: int


class OverviewQueue(TypedDict):
    """The queue and who works, now; ages are those of the oldest, null when there is none."""

    waiting: int
    oldest_age_s: float | None
    running: int
    delayed: int
    paused: list[str]
    results: int
    results_age_s: float | None
    results_refused: int
    workers: int
    draining: int
    slots: int
    busy: int
    redis: RedisDocument


class OutboxDocument(TypedDict):
    """Dispatches that the queue has not confirmed."""

    count: int
    oldest_age_s: float | None


class Alert(TypedDict):
    """Something that is wrong now; ``alert`` is its name in the rules for Prometheus."""

    alert: str
    level: Literal["bad", "warning"]
    message: str


class Compared(TypedDict):
    """What the reconciler noted: in which content of Redis SQL believes, what it compared when.

    ``repairs`` are differences put right since the beginning, by kind; ``violations`` items that
    broke an invariant at ``checked_at``.
    """

    generation: str
    generation_since: Moment
    server_compared: bool
    swept_at: Moment | None
    repairs: Counts
    repaired_at: Moment | None
    checked_at: Moment | None
    violations: int | None


class RedisSeen(TypedDict):
    """Redis now: its content's name, how many items wait or run in it, and what it is."""

    generation: str | None
    live: int
    about: RedisDocument


class Consistency(TypedDict):
    """What SQL and Redis say of each other; ``live`` is how many items live in SQL."""

    live: int
    live_is_exact: bool
    compared: Compared | None
    redis: RedisSeen | None
    redis_wrong: str | None


class ViolationDocument(TypedDict):
    """An item that breaks an invariant of the contract."""

    invariant: str
    item_id: str
    problem: str


class Checked(TypedDict):
    """How many items break an invariant of the contract now, and the first of them."""

    count: int
    violations: list[ViolationDocument]


class Repairing(TypedDict):
    """What was put back at once; every item is compared in the background."""

    put_back: int


HourDocument = TypedDict("HourDocument", {"from": Moment, "ended": dict[str, int]})
"""How many jobs ended in an hour by the clock, by status."""


class Lately(TypedDict):
    """How jobs ended in the last 60 minutes and 24 hours, and what is dead now."""

    dead: int
    dead_is_exact: bool
    last_hour: dict[str, int]
    last_day: dict[str, int]
    hours: list[HourDocument]


class Overview(Lately):
    """Everything at a glance; without ``queue`` Redis does not answer."""

    at: Moment
    queue: OverviewQueue | None
    outbox: OutboxDocument
    alerts: list[Alert]


class Workers(TypedDict):
    """The processes that work."""

    workers: list[Worker]


class Paused(TypedDict):
    """What is paused now."""

    paused: list[str]


class Failure(TypedDict):
    """Dead items that have kind and reason in common."""

    kind: ItemKind
    reason: str | None
    message: str
    count: int
    first_at: Moment | None
    last_at: Moment | None
    sample_item_id: Id


class Failures(TypedDict):
    """The dead letter."""

    failures: list[Failure]


class Dismissed(TypedDict):
    """How many dead items nobody is told of any more, and whether there are more like them."""

    items: int
    more: bool


class Requeued(TypedDict):
    """How much runs again, and whether more was asked for than one request does."""

    jobs: int
    items: int
    more: bool


class TaskDocument(TypedDict):
    """A piece of background work that did not go well; it is tried again at ``due_at``."""

    task_id: Id
    kind: TaskKind
    target: str | None
    created_at: Moment
    due_at: Moment
    tries: int
    reason: str


class Tasks(TypedDict):
    """How many tasks of each kind wait, and a page of those that did not go well."""

    waiting: dict[str, int]
    failing: list[TaskDocument]
    next_cursor: Id | None


class KeyDocument(TypedDict):
    """An API key, without its secret."""

    key_id: Id
    name: str
    owner: str
    role: Role
    prefix: str
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    used_at: Moment | None
    requests_per_minute: int | None
    max_jobs_in_flight: int | None
    max_bytes_stored: int | None


class LimitsInForce(TypedDict):
    """What may be had with a key at most; 0 is no limit."""

    requests_per_minute: int
    max_jobs_in_flight: int
    max_bytes_stored: int


class Used(TypedDict):
    """What an owner has; jobs are counted up to 10,000."""

    jobs_in_flight: int
    bytes_stored: int


class OneKey(KeyDocument):
    """An API key, without its secret, and what its limits come to."""

    in_force: LimitsInForce
    used: Used


class NewKey(KeyDocument):
    """An API key with its secret, told this once."""

    secret: str


class Keys(TypedDict):
    """All keys."""

    keys: list[KeyDocument]


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


class ProfileSummary(TypedDict):
    """A version of a profile; ``sha256`` is the digest of its document."""

    name: str
    version: str
    built_in: bool
    extends: str | None
    sha256: Sha256
    created_at: Moment | None


class ProfileDocument(ProfileSummary):
    """A version of a profile, whole."""

    content: dict[str, Any]


class Profiles(TypedDict):
    """The profiles that a caller may name."""

    profiles: list[ProfileSummary]


class ProfileVersions(TypedDict):
    """The versions of a profile, the newest first."""

    name: str
    versions: list[ProfileSummary]


class ProfileTest(TypedDict):
    """One test beside a rule: its number from 1, and what the rule says of its row."""

    check: str
    test: int
    expect: str
    got: str


class ProfileVerdict(TypedDict):
    """What a profile holds, its bases merged in (``hash`` is of that), and what its tests say."""

    name: str
    version: str
    hash: Sha256
    tables: list[str]
    checks: int
    passed: int
    failed: int
    tests: list[ProfileTest]


class ProfileChange(TypedDict):
    """One place that differs; null where nothing stood or stands."""

    path: str
    before: Any
    after: Any


class ProfileDiff(TypedDict):
    """What differs between two versions of a profile; ``more`` than is shown."""

    name: str
    old: str
    new: str
    changes: list[ProfileChange]
    more: bool


class AuditDocument(TypedDict):
    """Who did what to what."""

    id: int
    at: Moment
    who: str
    key_id: Id | None
    what: str
    target: str | None
    address: str | None
    detail: dict[str, Any]
    seal_no: int | None
    sha256: Sha256 | None


class Audit(TypedDict):
    """A page of what was done, the newest first."""

    entries: list[AuditDocument]
    next_cursor: str | None


class Verdict(TypedDict):
    """Whether every seal of the audit log holds."""

    holds: bool
    broken_at: int | None
    sealed: int
    unsealed: int
    head: Sha256 | None


class Live(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class Ready(TypedDict):
    """Whether everything that is needed answers."""

    status: Literal["ready", "not ready"]
    checks: dict[str, str]
    warnings: list[str]


class FieldProblem(TypedDict):
    """What is wrong with one field."""

    field: str
    reason: str


class ProblemDocument(TypedDict):
    """An error, RFC 9457."""

    type: Reference
    title: str
    status: int
    detail: str
    instance: str
    errors: NotRequired[list[FieldProblem]]


class PersonSummary(TypedDict):
    """A person as lists show it."""

    person_id: str
    founded_at: Moment
    records: int
    sources: list[str]


class Persons(TypedDict):
    """A page of persons, those known longest first."""

    persons: list[PersonSummary]
    count: int
    count_is_exact: bool
    next_cursor: str | None


class Alias(TypedDict):
    """An id that stands for a person which absorbed it."""

    person_id: str
    merged_at: Moment | None


class Place(TypedDict):
    """Where a record is from."""

    row_uid: str
    person_id: str
    source: str
    source_file: str
    record_no: int
    source_id: str | None


class PersonRecordDocument(Place):
    """One record of a person, and how it was linked."""

    method: str | None
    score: float | None
    job_id: Id
    linked_at: Moment
    values: dict[str, Any]


class JobPersonSummary(TypedDict):
    """A person of one job; its records ``disagree`` on these fields."""

    person_id: str
    records: int
    sources: list[str]
    disagree: list[str]


class JobPersons(TypedDict):
    """A page of the persons of a job; ``count`` is how many there are of any kind."""

    job_id: Id
    count: int
    persons: list[JobPersonSummary]
    next_cursor: str | None


class JobRecord(TypedDict):
    """A record of a person of one job, and how it was linked."""

    row_uid: str | None
    source: str
    source_file: str
    record_no: int
    source_id: str | None
    method: str | None
    score: float | None


class JobPerson(TypedDict):
    """A person of one job; ``records`` are the first of them."""

    job_id: Id
    person_id: str
    golden: list[dict[str, Any]]
    record_count: int
    records: list[JobRecord]


class PersonEventDocument(TypedDict):
    """What became of a person."""

    at: Moment
    who: str
    what: PersonAct
    person_id: str
    other_id: str | None
    records: list[str]
    job_id: Id | None
    decision_id: int | None
    why: str | None


class PersonDocument(TypedDict):
    """A person; ``golden`` is None when no worker answers, ``records`` are the first of them."""

    person_id: str
    founded_at: Moment
    aliases: list[Alias]
    golden: list[dict[str, Any]] | None
    record_count: int
    records: list[PersonRecordDocument]
    history: list[PersonEventDocument]


class DecisionDocument(TypedDict):
    """What somebody decided; ``moved`` is how many records changed persons then."""

    decision_id: int
    decision: PersonAct
    a: list[str]
    b: list[str]
    who: str
    at: Moment
    why: str | None
    moved: int
    undone_at: Moment | None
    undone_by: str | None


class PersonDecision(DecisionDocument):
    """A decision about a person, and the id of whom it left."""

    person_id: str


class Decisions(TypedDict):
    """A page of decisions, the oldest first."""

    decisions: list[DecisionDocument]
    next_cursor: str | None


class ReviewRecord(Place):
    """A record of a pair, with what is compared."""

    values: dict[str, Any]


class Agreement(TypedDict):
    """How two records agree in a field."""

    field: str
    agrees: str


class Pair(TypedDict):
    """Two records that may be one person."""

    pair_id: int
    score: float
    reason: str
    why: str
    fields: list[Agreement]
    a: ReviewRecord
    b: ReviewRecord
    job_id: Id
    found_at: Moment


class Pairs(TypedDict):
    """A page of pairs that wait for a decision, the likeliest first."""

    pairs: list[Pair]
    count: int
    count_is_exact: bool
    next_cursor: str | None
