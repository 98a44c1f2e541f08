package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/table"
)

// input describes one file. Its hash, which is part of every row's id, is worked out while the file is planned.
func input(path string) (engine.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return engine.File{}, err
	}
	if info.IsDir() {
		return engine.File{}, fmt.Errorf("%s is a folder; name the files in it", path)
	}
	if !info.Mode().IsRegular() {
		return engine.File{}, fmt.Errorf("%s is no file on a disk: a file is read more than once, so write it into one first", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return engine.File{}, err
	}
	name := filepath.Base(path)
	return engine.File{Name: name, Hash: hashOf(f), Input: table.Input{
		Name: name, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}}, nil
}

// hashOf begins to hash a file, which it closes, and returns a function that waits for the hash.
func hashOf(f *os.File) func() (string, error) {
	sum := sha256.New()
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err = io.Copy(sum, f)
		err = errors.Join(err, f.Close())
	}()
	return func() (string, error) {
		<-done
		return hex.EncodeToString(sum.Sum(nil)), err
	}
}
