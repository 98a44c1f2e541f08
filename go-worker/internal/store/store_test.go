package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"harmonizer/go-worker/internal/store"
)

var ctx = context.Background()

func open(t *testing.T) (store.Store, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "store")
	s, err := store.At("file://" + folder)
	if err != nil {
		t.Fatal(err)
	}
	return s, folder
}

func put(t *testing.T, folder, ref, content string) {
	t.Helper()
	path := filepath.Join(folder, ref)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestOpenReadsAtAnyPlace(t *testing.T) {
	s, folder := open(t)
	put(t, folder, "jobs/j/input/1", "content")
	file, size, err := s.Open(ctx, "jobs/j/input/1")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	part := make([]byte, 4)
	if _, err := file.(io.ReaderAt).ReadAt(part, 3); err != nil || string(part) != "tent" || size != 7 {
		t.Errorf("read %q of %d bytes, %v", part, size, err)
	}
}

func TestWhatIsNotThereIsNotStored(t *testing.T) {
	s, folder := open(t)
	put(t, folder, "jobs/j/input/1", "content")
	for _, ref := range []string{"jobs/j/input/2", "jobs/j", "jobs/j/input/1/x"} {
		if _, _, err := s.Open(ctx, ref); !errors.Is(err, store.ErrNotStored) || store.Away(err) {
			t.Errorf("Open(%s) = %v, want ErrNotStored", ref, err)
		}
	}
}

func TestAStoreThatIsGoneIsAway(t *testing.T) {
	s, folder := open(t)
	if err := s.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Open(ctx, "jobs/j/input/1")
	for _, err := range []error{err, s.Check(ctx)} {
		if !store.Away(err) || strings.Contains(err.Error(), folder) {
			t.Errorf("got %v, want ErrUnreachable without a path", err)
		}
	}
}

// The references are those of tests/unit/test_store.py.
func TestAReferenceNeverLeavesTheStore(t *testing.T) {
	s, _ := open(t)
	for _, ref := range []string{"", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "a//b", "a/", ".a",
		"a/.b", "a\\b", "a\x00b", "a b", "a\n", "file:///x", "a/%2e%2e/b", "é", strings.Repeat("x", 1001)} {
		_, _, err := s.Open(ctx, ref)
		if err == nil || errors.Is(err, store.ErrNotStored) || !strings.Contains(err.Error(), "not a reference") {
			t.Errorf("Open(%q) = %v, want that it is no reference", ref, err)
		}
	}
	for _, id := range []string{"", "..", "a/b", "a b"} {
		if _, err := s.Attempt(ctx, "j", id, "c"); err == nil {
			t.Errorf("Attempt took the item id %q", id)
		}
	}
}

func TestAnAttemptIsReadUnderItsReferences(t *testing.T) {
	s, folder := open(t)
	attempt, err := s.Attempt(ctx, "j", "i", "c")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{store.Manifest, "patient.clean.csv"} {
		put(t, attempt.Dir(), name, name)
	}
	var sizes []int64
	if err := attempt.Publish(ctx, func(bytes int64) { sizes = append(sizes, bytes) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sizes, []int64{17, 13}) {
		t.Errorf("published files of %d bytes, want the table and then the manifest", sizes)
	}
	if want := filepath.Join(folder, "jobs/j/i/c"); attempt.Dir() != want {
		t.Errorf("the folder is %s, want %s", attempt.Dir(), want)
	}
	for _, name := range []string{store.Manifest, "patient.clean.csv"} {
		file, _, err := s.Open(ctx, attempt.Ref(name))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err != nil || string(content) != name {
			t.Errorf("%s holds %q, %v", name, content, err)
		}
		file.Close()
	}
}

func TestPublishNeedsTheFolder(t *testing.T) {
	s, folder := open(t)
	attempt, err := s.Attempt(ctx, "j", "i", "c")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := attempt.Publish(ctx, func(int64) {}); !store.Away(err) {
		t.Errorf("Publish = %v, want ErrUnreachable", err)
	}
}

func TestABucketIsRefused(t *testing.T) {
	if _, err := store.At("s3://bucket/prefix"); err == nil || !strings.Contains(err.Error(), "only a folder") {
		t.Errorf("At = %v", err)
	}
}

func TestAway(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	tests := []struct {
		err  error
		want bool
	}{
		{fmt.Errorf("write clean table: %w", full), true},
		{fs.ErrPermission, true},
		{fs.ErrNotExist, false},
		{io.ErrUnexpectedEOF, false},
		{nil, false},
	}
	for _, tt := range tests {
		if got := store.Away(tt.err); got != tt.want {
			t.Errorf("Away(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}
