package engine

import (
	"context"
	"errors"
)

// RunFile does plan, transform and finish of one file. alone says that it is the only file of its job: then Dir holds
// all outputs of the job; else it holds the file's part, for Finish. A bad file is not an error: the manifest says
// that it failed, and under which rule.
func RunFile(ctx context.Context, job Job, file File, alone bool, env Env) (*Manifest, error) {
	return nil, errors.ErrUnsupported
}

// Finish makes the tables and reports of a job of several files from their parts, in the order of the files.
func Finish(ctx context.Context, job Job, parts []Part, env Env) (*Manifest, error) {
	return nil, errors.ErrUnsupported
}

// Run is RunFile for each file, then Finish when there are several: the command line.
func Run(ctx context.Context, job Job, files []File, env Env) (*Manifest, error) {
	return nil, errors.ErrUnsupported
}
