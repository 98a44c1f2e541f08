package worker

import (
	"context"
	"io"
)

// follow returns a stored file whose reader ends with the attempt, and shows with each read that the attempt is at work: some
// passes over a large file report nothing else.
func follow(ctx context.Context, file io.ReadCloser, moved func()) io.ReadCloser {
	r := reading{file, ctx, moved}
	if at, ok := file.(anywhere); ok {
		return readingAnywhere{r, at}
	}
	return r
}

type reading struct {
	io.ReadCloser
	ctx   context.Context
	moved func()
}

func (r reading) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	r.moved()
	return r.ReadCloser.Read(b)
}

// anywhere is what a file can do besides.
type anywhere interface {
	io.ReaderAt
	io.Seeker
}

type readingAnywhere struct {
	reading
	anywhere
}
