// Package store reads what was submitted and keeps what workers make of it. A reference such as
// jobs/<job_id>/input/1 is relative to the store's place; the same references stand in messages,
// rows and manifests, and web/store in Python lays the same files out the same way. It never looks
// into what it stores, and it deletes nothing.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"syscall"
)

// ErrNotStored reports that there is nothing under a reference.
var ErrNotStored = errors.New("store: nothing is stored under this reference")

// ErrUnreachable reports that the store cannot be used at the moment: it is away, full or
// read-only. The same call may succeed later.
var ErrUnreachable = errors.New("store: cannot be used at the moment")

// A Store keeps bytes under references. Its methods may be called from many goroutines.
type Store interface {
	// Open returns what is stored under a reference, and how many bytes that is. The caller closes
	// it. It is an io.ReaderAt where the store can be read at any place.
	Open(ctx context.Context, ref string) (io.ReadCloser, int64, error)

	// Attempt makes the place for the outputs of one claim of an item.
	Attempt(ctx context.Context, jobID, itemID, claim string) (Attempt, error)

	// Check returns nil when the store can take bytes now.
	Check(ctx context.Context) error
}

// An Attempt is where one claim of an item writes: jobs/<job_id>/<item_id>/<claim>/. No other
// attempt writes there, and nobody reads from it before Publish.
type Attempt interface {
	// Dir is a folder of this machine to write files into.
	Dir() string

	// Ref is the reference of a file in Dir, once it is published.
	Ref(name string) string

	// Publish makes what was written last: when it returns nil no crash loses any of it. It calls done
	// after each file, with its size.
	Publish(ctx context.Context, done func(bytes int64)) error
}

// At returns the store at a URL as HARMONIZER_STORE_URL holds it; a folder is made.
func At(url string) (Store, error) {
	folder, ok := strings.CutPrefix(url, "file://")
	if !ok {
		return nil, errors.New("store: only a folder (file:///FOLDER) can be the store in this release")
	}
	return OpenLocal(folder)
}

// Away reports whether an error means that the store cannot be used at the moment, whoever met it:
// this package, or one that wrote into an attempt's folder.
func Away(err error) bool {
	if errors.Is(err, ErrUnreachable) {
		return true
	}
	for _, reason := range []error{
		syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT,
		syscall.EMFILE, syscall.ENFILE, fs.ErrPermission,
	} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

const maxRef = 1000

var refs = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

// check returns an error when ref is no reference: segments of letters, digits, ". _ -" that do
// not begin with a dot, joined by "/". So none leaves the store, and none names a file that is
// still being written.
func check(ref string) error {
	if len(ref) > maxRef || !refs.MatchString(ref) {
		return errors.New("store: not a reference into the store")
	}
	return nil
}

// attemptRef returns the reference of an attempt's folder.
func attemptRef(jobID, itemID, claim string) (string, error) {
	for _, part := range []string{jobID, itemID, claim} {
		if strings.Contains(part, "/") {
			return "", errors.New("store: an id with a slash")
		}
	}
	ref := strings.Join([]string{"jobs", jobID, itemID, claim}, "/")
	if err := check(ref); err != nil {
		return "", fmt.Errorf("attempt: %w", err)
	}
	return ref, nil
}
