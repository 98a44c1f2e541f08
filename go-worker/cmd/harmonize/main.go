// Command harmonize turns files into clean tables without any server: the engine of the workers behind a command line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"harmonizer/queue"
)

// Exit codes.
const (
	exitClean   = 0  // outputs written, nothing worse than a warning
	exitIssues  = 1  // outputs written, with errors, quarantined rows or failed files
	exitNothing = 2  // nothing usable
	exitUsage   = 64 // the command line was not understood
)

const usage = `usage: harmonize [flags] -o DIR FILE…
       harmonize preview [flags] FILE
       harmonize convert --format NAME [flags] -o DIR FILE
       harmonize explain RULE | FAMILY
       harmonize --version
       harmonize profile list | show NAME | check FILE | test FILE [--today DATE] [--json]

Cleans files of patient data: one clean table per kind of file, a quarantine that says what was wrong, a log of
every change, and the plan that was followed. Flags may stand before, between or after the files.

  -o, --output DIR       folder of the outputs; made, and refused when it is not empty without --force
  --operation NAME       harmonize (default), standardize, clean, validate; deduplicate: one row for each person; link: find
                         the same person in several files
  --profile NAME|FILE    us-core (default), or a YAML file
  --codes NAME|FILE      hold codes against a list: cvx, or CSV or NDJSON with system, code, valid_from, valid_to, status;
                         may be given several times
  --plan FILE            follow an earlier plan.yaml; files that are the same as then, with all that matters, are skipped
  --again                do them again
  --table NAME           kind of file: patients, lab_results, vitals, medications, encounters, …; in the order of files
  --source NAME          who delivered it (default: the file's name without its ending); in the order of files
  --gold-pairs FILE      known pairs (file_a, record_a, file_b, record_b, same) that deduplicate and link are held against
  --source-unique NAME   with deduplicate and link: a source that has each person once, may be given several times, "" for none of
                         them (default: found out file by file)
  --format NAME          csv (default), ndjson, json, parquet, fhir
  --today DATE           the day that counts as today, YYYY-MM-DD
  --provenance           clean rows say which file and record they came from
  --max-reject-pct N     share of unusable rows above which a file fails, in percent
  --csv-safe             no cell begins like a spreadsheet formula
  --concurrency N        goroutines that transform (default: one per processor)
  --force                write into a folder that is not empty
  --json                 print the manifest, or the preview, as JSON

exit codes: 0 clean; 1 written, with errors, quarantined rows or failed files; 2 nothing usable; 64 usage
`

// garbagePercent lets more garbage lie than usual before it is collected: of a large file most memory is reused anyway.
const garbagePercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run does what the arguments say and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitUsage
	}
	name, args := subcommand(args)
	command, known := map[string]func(context.Context, []string, io.Writer, io.Writer) error{
		"": harmonize, "preview": preview, "convert": convert, "explain": explain, "profile": profiles, "help": help, "version": version,
	}[name]
	if !known {
		fmt.Fprintf(stderr, "harmonize: %s is not there yet\n", name)
		return exitUsage
	}
	err := command(ctx, args, stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		err = help(ctx, nil, stdout, stderr)
	}
	code := exitOf(err)
	if err != nil && err.Error() != "" {
		fmt.Fprintf(stderr, "harmonize: %s\n", err)
		if code == exitUsage {
			fmt.Fprintln(stderr, "harmonize help says how it is used")
		}
	}
	return code
}

// helps are flags that ask how it is used.
var helps = []string{"-h", "--help", "-help"}

// subcommand splits the name of a subcommand from its arguments.
func subcommand(args []string) (string, []string) {
	if slices.Contains(helps, args[0]) {
		return "help", nil
	}
	switch args[0] {
	case "preview", "explain", "profile", "convert", "help":
		if len(args) > 1 && slices.Contains(helps, args[1]) {
			return "help", nil
		}
		return args[0], args[1:]
	case "--version", "-version":
		return "version", nil
	}
	return "", args
}

func help(_ context.Context, _ []string, stdout, _ io.Writer) error {
	_, err := io.WriteString(stdout, usage)
	return err
}

func version(_ context.Context, _ []string, stdout, _ io.Writer) error {
	_, err := fmt.Fprintln(stdout, "harmonize", queue.Release)
	return err
}
