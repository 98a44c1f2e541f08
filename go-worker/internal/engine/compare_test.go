package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/link"
)

// runSharded does a job as items do whose patients are compared in shards: its files, the shards, then the rest.
func runSharded(t *testing.T, job Job, shards int, env Env, files ...File) *result {
	t.Helper()
	var parts []Part
	folder := func(m *Manifest, err error) Folder {
		t.Helper()
		must(t, err)
		return folderOf(env.Dir)
	}
	for i := range files {
		files[i].No = i + 1
		env.Dir = t.TempDir()
		m, err := RunFile(context.Background(), job, files[i], false, env)
		parts = append(parts, Part{File: files[i], Open: folder(m, err)})
	}
	for no := range shards {
		env.Dir = t.TempDir()
		m, err := Compare(context.Background(), job, parts, link.Shard{No: no + 1, Of: shards}, env)
		job.Compared = append(job.Compared, folder(m, err))
		if left, err := filepath.Glob(filepath.Join(env.Dir, "*")); err != nil || len(left) > 2 {
			t.Errorf("a shard leaves %v, %v", left, err)
		}
	}
	env.Dir = t.TempDir()
	m, err := Finish(context.Background(), job, parts, env)
	must(t, err)
	r := &result{m, t, env.Dir}
	r.checkOutputs()
	return r
}

// TestShardsOfPatients: however many items compare the patients, every output is the same.
func TestShardsOfPatients(t *testing.T) {
	people := func() []File {
		rows := messyPeople(2400, 7) // more than all pairs of which are compared
		files := []File{fileOf("north.csv", peopleHeader+strings.Join(rows[:900], "")), fileOf("south.csv", peopleHeader+strings.Join(rows[900:], ""))}
		files[0].Source, files[1].Source = "north", "south"
		return files
	}
	for name, job := range map[string]struct {
		operation string
		files     func() []File
		shards    []int // each compares a sample first, which for many takes longer than its share
	}{"many": {Deduplicate, people, []int{1, 3}}, "few": {Link, linkFiles, []int{1, 2, 8}}} {
		want := runJob(t, newJob(t, job.operation), Env{Concurrency: 1}, job.files()...)
		for _, shards := range job.shards {
			t.Run(fmt.Sprintf("%s in %d", name, shards), func(t *testing.T) {
				sameJob(t, runSharded(t, newJob(t, job.operation), shards, Env{Concurrency: 2}, job.files()...), want)
			})
		}
	}
}

// TestShardsOfNobody: files without anything that tells persons apart, or without patients, fail as they do in one item.
func TestShardsOfNobody(t *testing.T) {
	for _, text := range []string{"MRN,Sex\n,F\n,M\n", hospitalLabs, ""} {
		want := runJob(t, newJob(t, Link), Env{}, fileOf("nobody.csv", text))
		got := runSharded(t, newJob(t, Link), 2, Env{}, fileOf("nobody.csv", text))
		sameJob(t, got, want)
	}
}

func TestChangedPairsAreNotRead(t *testing.T) {
	job, file := newJob(t, Link), fileOf("clinic.csv", clinic)
	env := Env{Dir: t.TempDir()}
	_, err := RunFile(context.Background(), job, file, false, env)
	must(t, err)
	parts := []Part{{File: file, Open: folderOf(env.Dir)}}
	env.Dir = t.TempDir()
	_, err = Compare(context.Background(), job, parts, link.Shard{No: 1, Of: 1}, env)
	must(t, err)
	path := filepath.Join(env.Dir, pairsName)
	written, err := os.ReadFile(path)
	must(t, err)
	written[len(written)-1] ^= 1
	must(t, os.WriteFile(path, written, 0o644))
	job.Compared = []Folder{folderOf(env.Dir)}
	env.Dir = t.TempDir()
	if _, err := Finish(context.Background(), job, parts, env); !errors.Is(err, errPairsChanged) {
		t.Errorf("error %v", err)
	}
}
