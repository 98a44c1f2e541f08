"""The command line of the API: submit files, look at jobs, fetch results.

The API is the one of HARMONIZER_URL (default http://localhost:8080), the key that of
HARMONIZER_API_KEY. Exit codes: 0 well; 1 the job failed, was cancelled or is partial; 2 the API
refused or did not answer; 64 called wrongly, as with a file that is not there; 130 Ctrl-C.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harmonizer import told
from harmonizer.client import ApiError, Client, Job
from harmonizer.progress import Line
from harmonizer.text_table import text_table

OK, NOT_WELL, REFUSED, USAGE, STOPPED = 0, 1, 2, 64, 130

_HINTS: dict[int | None, tuple[str, ...]] = {
    None: ("Is it running there? HARMONIZER_URL or --url says where the API is.",),
    401: ("Set HARMONIZER_API_KEY to your key; who runs the API makes keys.",),
}
"""What to do about an answer with this status, or about none."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = _parser().parse_args(arguments)
    line = Line()
    try:
        code = int(asked.run(Client(asked.url, asked.key, waits=line.waits), asked, line))
        sys.stdout.flush()
        return code
    except ApiError as error:
        line.clear()
        print(error, *_HINTS.get(error.status, ()), sep="\n", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Who reads, as `head`, has enough; the interpreter would write once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        line.clear()
        print(f"{error.filename or 'A file'}: {error.strerror or error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        line.clear()
        print(_stopped(getattr(asked, "job_id", None)), file=sys.stderr)
        return STOPPED


def _stopped(job_id: str | None) -> str:
    if job_id is None:
        return "Stopped."
    return f"Stopped looking; the job goes on: harmonizer status {job_id}"


def _parser() -> argparse.ArgumentParser:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = _Parser(prog="harmonizer", description=about, epilog=more)
    parser.add_argument("--url", help="where the API is")
    parser.add_argument("--key", help="an API key; better in the environment than here")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    submit = commands.add_parser("submit", help="submit files as one job")
    submit.add_argument("files", nargs="+", metavar="FILE", type=_file)
    for name, about in (
        ("operation", "harmonize (usual), clean, standardize, validate, deduplicate or link"),
        ("profile", "which fields and rules: us-core (usual), another one, or NAME@VERSION"),
        ("priority", "high, normal (usual) or low"),
        ("options", """a JSON object, as '{"format": "parquet"}' (API.md)"""),
    ):
        submit.add_argument(f"--{name}", help=about)
    for name in ("source", "table"):
        submit.add_argument(f"--{name}", action="append", help="repeat it, in the order of files")
    submit.add_argument("--plan", type=_file, metavar="FILE", help="plan.yaml of an earlier job")
    submit.add_argument("--wait", action="store_true", help="until the job has ended")
    submit.add_argument("--download", metavar="DIR", type=Path, help="wait, and fetch everything")
    submit.set_defaults(run=_submit)

    for name, about, run in (
        ("status", "how far a job is", _status),
        ("cancel", "stop a job", _cancel),
        ("retry", "run again what failed of a job", _retry),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("job_id")
        command.set_defaults(run=run)

    result = commands.add_parser("result", help="fetch everything a job made")
    result.add_argument("job_id")
    result.add_argument("-o", "--download", metavar="DIR", type=Path, required=True)
    result.add_argument(
        "--format", help="only the clean tables, as csv, ndjson, json, parquet or fhir"
    )
    result.set_defaults(run=_result)

    preview = commands.add_parser("preview", help="what a job would understand of a file")
    preview.add_argument("file", type=_file)
    preview.set_defaults(run=_preview)
    for name, about, run in (
        ("queue", "what waits and runs", _queue),
        ("workers", "who works", _workers),
    ):
        commands.add_parser(name, help=about).set_defaults(run=run)
    for name in ("status", "preview", "queue", "workers"):
        commands.choices[name].add_argument(
            "--json", action="store_true", help="print what the API answers"
        )
    return parser


def _file(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{name} is no file")
    return path


def _submit(client: Client, asked: argparse.Namespace, line: Line) -> int:
    names = ("operation", "profile", "priority", "options", "source", "table", "plan")
    fields = {name: value for name in names if (value := getattr(asked, name))}
    job = client.submit(*asked.files, told=line.sent, **fields)
    asked.job_id = job.id
    line.clear()
    print(job.id, flush=True)
    if not (asked.wait or asked.download):
        return OK
    status = job.wait(told=line.status)
    line.clear()
    print("\n".join(told.status(status)))
    well = status["status"] == "succeeded"
    try:
        if asked.download:
            _fetch(job, asked.download)
    except ApiError as error:
        if well:
            raise
        print(error, file=sys.stderr)
    return OK if well else NOT_WELL


def _status(client: Client, asked: argparse.Namespace, line: Line) -> int:
    found = client.job(asked.job_id).status()
    return _show(asked, found, told.status(found))


def _cancel(client: Client, asked: argparse.Namespace, line: Line) -> int:
    client.job(asked.job_id).cancel()
    return OK


def _retry(client: Client, asked: argparse.Namespace, line: Line) -> int:
    print(f"{client.job(asked.job_id).retry()} items run again.")
    return OK


def _result(client: Client, asked: argparse.Namespace, line: Line) -> int:
    job = client.job(asked.job_id)
    if asked.format:
        asked.download.mkdir(parents=True, exist_ok=True)
        _list([job.result(asked.download, asked.format)])
    else:
        _fetch(job, asked.download)
    return OK


def _preview(client: Client, asked: argparse.Namespace, line: Line) -> int:
    found = client.preview(asked.file)
    return _show(asked, found, told.preview(found))


def _queue(client: Client, asked: argparse.Namespace, line: Line) -> int:
    found = client.queue()
    return _show(asked, found, told.queue(found))


def _workers(client: Client, asked: argparse.Namespace, line: Line) -> int:
    found = client.workers()
    return _show(asked, found, told.workers(found))


def _show(asked: argparse.Namespace, found: Any, lines: Iterable[str]) -> int:
    """Print a document of the API as lines, or as it is."""
    print(json.dumps(found, indent=2, ensure_ascii=False) if asked.json else "\n".join(lines))
    return OK


def _fetch(job: Job, folder: Path) -> None:
    _list(job.download(folder))


def _list(files: list[Path]) -> None:
    rows = [(file.name, file.stat().st_size) for file in files]
    # Whole names: they are to be copied.
    print("\n".join(text_table(("output", "bytes"), rows, max(len(name) for name, _ in rows))))


if __name__ == "__main__":
    sys.exit(main())
