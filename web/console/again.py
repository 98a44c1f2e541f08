"""Run the files of a job again, with what was understood of them corrected; nothing is uploaded."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from flask import Response, render_template, request, stream_with_context
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from harmonizer_queue import Priority
from web.api import preview, results, trace
from web.api.accept import Asked, accept
from web.api.access import caller, check_token, checks_token, needs
from web.api.profile_lookup import profile_names
from web.api.rerun import Files
from web.api.submission import OPERATIONS
from web.api.upload import Submission, copied, supply
from web.console import corrections, panels
from web.console.blueprint import bp, see_other
from web.console.formats import MEANINGS
from web.console.new_job import token_of
from web.db.models import Role
from web.errors import ApiError, NoResultError, UnsupportedMediaTypeError, invalid
from web.services import services
from web.store import Beginnings, Keeping, StoreError

MOST_FILES = 10
"""As many files can be corrected on one page; each is read for it."""
AT_ONCE = 4
"""Files that are read at a time."""

_HERE = Markup("<!-- what is understood of each file -->")
"""Where panels stand in a page that is sent before they are known."""


@bp.get("/jobs/<job_id>/again")
@needs(Role.OPERATOR)
def again(job_id: str) -> Response:
    """Return what a job understood of its files, to be corrected.

    The page is sent at once up to there, and each file as soon as a worker has read it; what
    starts the job stands behind them all, so nobody starts it with a part of what was corrected.
    """
    files = Files(job_id)
    asked, plan = files.texts(), _plan_of(job_id)
    before, _, behind = _page(job_id, files, asked, [], follow=_HERE).partition(_HERE)

    def parts() -> Iterator[str]:
        yield before
        for panel in _panels(files, _shown(files), asked, plan, files.planned):
            yield render_template("panel.html", panel=panel, **panels.choices())
        yield behind

    return Response(stream_with_context(parts()), mimetype="text/html")


@bp.post("/jobs/<job_id>/again/preview")
@checks_token
def again_preview(job_id: str) -> str:
    """Return the same with the corrections of the form."""
    files, got = _sent(job_id)
    first, count = corrections.first_of(got), len(got.texts.get("plan", ()))
    if first + count > len(_shown(files)):
        raise invalid("at", "is not about files of this job")
    plan = corrections.plan_of(got)
    tables = [""] * first + got.texts.pop("table", [])
    asked = files.texts() | got.texts | {"table": tables + [""] * len(files.files)}
    shown = range(first, first + count)
    found = _panels(files, shown, asked, plan, plan is not None)
    return _page(job_id, files, asked, found)


@bp.post("/jobs/<job_id>/again")
@checks_token
def start_again(job_id: str) -> AnyResponse:
    """Accept the files of a job as another one, and lead to its page."""
    files, got = _sent(job_id)
    if files.planned and len(got.texts.get("plan", ())) != len(_shown(files)):
        raise invalid("plan", "is missing of a file, which was not read: open the page again")
    plan = corrections.plan_of(got)

    def take(to: Keeping, folder: str) -> Submission:
        if plan is not None:
            supply(to, got, folder, plan)
        return files.taken(to, folder, got)

    asked = Asked(take, None, trace.context(), caller().owner, of=job_id)
    return see_other("job", job_id=accept(services(), asked))


def _sent(job_id: str) -> tuple[Files, Submission]:
    """Return the files of a job and the form about them, which is of the caller's own session.

    Raises:
        ApiError: There is no such job, or the form is none.
    """
    is_form = request.mimetype == "multipart/form-data"
    got = preview.received(corrections.Parts())[1] if is_form else Submission()
    check_token(token_of(got))
    files = Files(job_id)
    if not is_form:
        raise UnsupportedMediaTypeError("Send the form as multipart/form-data.")
    if got.files:
        raise invalid("file", "is not taken here: the files are those of the job")
    return files, got


def _plan_of(job_id: str) -> bytes | None:
    """Return the plan that a job followed; one that made nothing has none."""
    try:
        _, made = results.made(job_id)
    except NoResultError:
        return None
    plan = next((one for one in made.outputs if one.kind == "plan"), None)
    if plan is None or plan.bytes > preview.MAX_BYTES:
        return None
    return services().store.read(plan.uri, preview.MAX_BYTES)


def _shown(files: Files) -> range:
    """Return the numbers of the files of a job that are shown."""
    return range(min(len(files.files), MOST_FILES))


def _panels(
    files: Files,
    shown: Iterable[int],
    asked: dict[str, list[str]],
    plan: bytes | None,
    corrected: bool,
) -> Iterator[dict[str, object]]:
    """Yield what is understood of some files of a job, in their order, each once it is read."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        # Who asks stands in the context of the request, which each thread reads in a copy.
        read = {
            at: threads.submit(copy_context().run, _panel, files, at, asked, plan, corrected)
            for at in shown
        }
        for at, one in read.items():
            try:
                yield one.result()
            except ApiError as error:
                yield _unread(files, at, error.detail)
            except StoreError:
                yield _unread(files, at, "The store does not answer.")


def _unread(files: Files, at: int, why: str) -> dict[str, object]:
    """Return what stands for a file that cannot be shown now."""
    return {"at": at, "file": files.files[at], "unread": why, "lost": files.planned}


def _panel(
    files: Files, at: int, asked: dict[str, list[str]], plan: bytes | None, corrected: bool
) -> dict[str, object]:
    """Return what is understood of one file of a job, as the page shows it."""
    kept = Beginnings(preview.MAX_BYTES)
    shown = copied(services().store, files.files[at], kept, "file", preview.MAX_BYTES)
    texts = {name: asked[name] for name in ("operation", "profile", "options")}
    texts |= {name: asked[name][at : at + 1] for name in ("source", "table")}
    got = Submission([shown], texts=texts)
    if plan is not None:
        supply(kept, got, preview.FOLDER, plan)
    return panels.panel(kept, got, at, corrected=corrected)


def _page(
    job_id: str,
    files: Files,
    asked: dict[str, list[str]],
    found: Iterable[dict[str, object]],
    follow: str = "",
) -> str:
    return render_template(
        "again.html",
        job_id=job_id,
        given={name: values[0] for name, values in asked.items() if values},
        panels=found,
        follow=follow,
        more=len(files.files) - MOST_FILES,
        operations=[(one, MEANINGS[one]) for one in OPERATIONS],
        profiles=dict.fromkeys(
            [files.asked["profile"], *profile_names(services(), caller().owner)]
        ),
        priorities=[one.value for one in Priority],
        **panels.choices(),
    )
