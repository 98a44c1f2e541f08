package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/table"
)

// input describes one file, whose hash is part of every row's id.
func input(path string) (engine.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return engine.File{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return engine.File{}, err
	}
	if info.IsDir() {
		return engine.File{}, fmt.Errorf("%s is a folder; name the files in it", path)
	}
	if !info.Mode().IsRegular() {
		return engine.File{}, fmt.Errorf("%s is no file", path)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return engine.File{}, err
	}
	name := filepath.Base(path)
	return engine.File{Name: name, SHA256: hex.EncodeToString(sum.Sum(nil)), Input: table.Input{
		Name: name, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}}, nil
}
