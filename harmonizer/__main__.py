"""The command line of the API: submit files, look at jobs, fetch results.

The API is the one of HARMONIZER_URL (default http://localhost:8080), the key that of
HARMONIZER_API_KEY. Exit codes: 0 well; 1 the job failed, was cancelled or is partial; 2 the API
refused or did not answer; 64 called wrongly.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from harmonizer.client import ApiError, Client, Job
from harmonizer.progress import Line
from harmonizer.text_table import text_table

OK, NOT_WELL, REFUSED, USAGE = 0, 1, 2, 64


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = _parser().parse_args(arguments)
    line = Line()
    try:
        return int(asked.run(Client(asked.url, asked.key), asked, line))
    except (ApiError, OSError) as error:
        line.clear()
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        line.clear()
        print("Stopped looking; the job goes on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = _Parser(prog="harmonizer", description=about, epilog=more)
    parser.add_argument("--url", help="where the API is")
    parser.add_argument("--key", help="an API key; better in the environment than here")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    submit = commands.add_parser("submit", help="submit files as one job")
    submit.add_argument("files", nargs="+", metavar="FILE", type=Path)
    for name in ("operation", "profile", "priority", "options"):
        submit.add_argument(f"--{name}")
    for name in ("source", "table"):
        submit.add_argument(f"--{name}", action="append", help="repeat it, in the order of files")
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
    preview.add_argument("file", type=Path)
    preview.set_defaults(run=_preview)
    commands.add_parser("queue", help="what waits and runs").set_defaults(run=_queue)
    commands.add_parser("workers", help="who works").set_defaults(run=_workers)
    return parser


def _submit(client: Client, asked: argparse.Namespace, line: Line) -> int:
    names = ("operation", "profile", "priority", "options", "source", "table")
    fields = {name: value for name in names if (value := getattr(asked, name))}
    job = client.submit(*asked.files, told=line.sent, **fields)
    line.clear()
    print(job.id, flush=True)
    if not (asked.wait or asked.download):
        return OK
    status = job.wait(told=line.status)
    line.clear()
    _tell(status)
    if asked.download:
        _fetch(job, asked.download)
    return OK if status["status"] == "succeeded" else NOT_WELL


def _status(client: Client, asked: argparse.Namespace, line: Line) -> int:
    print(json.dumps(client.job(asked.job_id).status(), indent=2))
    return OK


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
    print(json.dumps(client.preview(asked.file), indent=2, ensure_ascii=False))
    return OK


def _queue(client: Client, asked: argparse.Namespace, line: Line) -> int:
    print(json.dumps(client.queue(), indent=2))
    return OK


def _workers(client: Client, asked: argparse.Namespace, line: Line) -> int:
    print(json.dumps(client.workers(), indent=2))
    return OK


def _tell(status: dict[str, Any]) -> None:
    counts = {name: count for name, count in (status["counts"] or {}).items() if count}
    print(f"{status['status']}: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()))
    for error in status["errors"]:
        print(f"  {error['file'] or 'job'}: {error['message']} ({error['reason']})")


def _fetch(job: Job, folder: Path) -> None:
    _list(job.download(folder))


def _list(files: list[Path]) -> None:
    rows = [(file.name, file.stat().st_size) for file in files]
    print("\n".join(text_table(("output", "bytes"), rows)))


if __name__ == "__main__":
    sys.exit(main())
