package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"harmonizer/queue/faults"
)

// Manifest is the file of an attempt that names all others: it becomes durable after them.
const Manifest = "manifest.json"

// Local is a store that is a folder, shared by every process of one machine or by a network mount.
type Local struct {
	folder string
}

// OpenLocal returns the store in a folder, which is made when it is missing.
func OpenLocal(folder string) (*Local, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, reported(err)
	}
	return &Local{folder: folder}, nil
}

// Open returns the stored file, an *os.File.
func (l *Local) Open(_ context.Context, ref string) (io.ReadCloser, int64, error) {
	if err := check(ref); err != nil {
		return nil, 0, err
	}
	file, err := os.Open(filepath.Join(l.folder, ref))
	if err != nil {
		return nil, 0, l.missing(err)
	}
	about, err := file.Stat()
	if err == nil && !about.Mode().IsRegular() {
		err = syscall.EISDIR
	}
	if err != nil {
		file.Close()
		return nil, 0, l.missing(err)
	}
	return file, about.Size(), nil
}

// Attempt makes the folder of a claim below that of its job.
func (l *Local) Attempt(_ context.Context, jobID, itemID, claim string) (Attempt, error) {
	ref, err := attemptRef(jobID, itemID, claim)
	if err != nil {
		return nil, err
	}
	attempt := &localAttempt{root: l.folder, ref: ref}
	if err := os.MkdirAll(attempt.Dir(), 0o777); err != nil {
		return nil, reported(err)
	}
	return attempt, nil
}

// Check writes one small file and deletes it.
func (l *Local) Check(context.Context) error {
	file, err := os.CreateTemp(l.folder, ".partial-")
	if err != nil {
		return reported(err)
	}
	_, err = file.WriteString("check")
	return reported(errors.Join(err, file.Close(), os.Remove(file.Name())))
}

// missing says whether a file is not there, or all of the store.
func (l *Local) missing(err error) error {
	if _, gone := os.Stat(l.folder); gone == nil &&
		(errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR)) {
		return ErrNotStored
	}
	return reported(err)
}

// localAttempt is an attempt's folder inside the store's.
type localAttempt struct {
	root string
	ref  string
}

func (a *localAttempt) Dir() string {
	return filepath.Join(a.root, a.ref)
}

func (a *localAttempt) Ref(name string) string {
	return a.ref + "/" + name
}

// Publish syncs the files, the manifest last, then the folder and those above it.
func (a *localAttempt) Publish(ctx context.Context, done func(bytes int64)) error {
	names, err := a.files()
	if err != nil {
		return reported(err)
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		if name == Manifest {
			faults.At(faults.Unnamed, "")
		}
		size, err := syncPath(filepath.Join(a.Dir(), name))
		if err != nil {
			return reported(err)
		}
		done(size)
	}
	for ref := a.ref; ref != "."; ref = path.Dir(ref) {
		if _, err := syncPath(filepath.Join(a.root, ref)); err != nil {
			return reported(err)
		}
	}
	_, err = syncPath(a.root)
	return reported(err)
}

// files returns the names of the files in the folder, the manifest last.
func (a *localAttempt) files() ([]string, error) {
	entries, err := os.ReadDir(a.Dir())
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if entry.Name() != Manifest {
			names = append(names, entry.Name())
		}
	}
	if len(names) < len(entries) {
		names = append(names, Manifest)
	}
	return names, nil
}

// syncPath puts a file or a folder on disk, and returns its size.
func syncPath(path string) (int64, error) {
	opened, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer opened.Close()
	about, err := opened.Stat()
	if err != nil {
		return 0, err
	}
	return about.Size(), opened.Sync()
}

// reported makes an error of the system one of the store, without the path.
func reported(err error) error {
	if err == nil {
		return nil
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return fmt.Errorf("%w: %w", ErrUnreachable, errno)
	}
	return fmt.Errorf("%w: %T", ErrUnreachable, err)
}
