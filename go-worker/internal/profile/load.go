package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/queue"
)

// maxDepth is how many profiles may extend each other.
const maxDepth = 8

// Load returns a profile by the name of a built-in one ("us-core") or by the path of a YAML file. A key that does
// not exist, a rule, type or table that is not known, or a wrong value is an error that names its line or place.
func Load(nameOrPath string) (*Profile, error) {
	if p, ok := builtIn.Load(nameOrPath); ok {
		return p.(*Profile), nil
	}
	d, err := open(nameOrPath, "")
	if err != nil {
		return nil, err
	}
	p, err := finish(d)
	if err != nil {
		return nil, fmt.Errorf("profile %s: %w", nameOrPath, err)
	}
	if d.ours {
		builtIn.Store(nameOrPath, p)
	}
	return p, nil
}

// builtIn holds the built-in profiles that were read, by name: reading one takes longer than cleaning a small file, and
// none is ever changed.
var builtIn sync.Map

// A document is the text of a profile.
type document struct {
	text   []byte
	folder string // it lies in, "" where it is no file of the machine
	ours   bool   // it is built in: tests hold it to the limits of others
}

// Parse returns the profile a YAML document describes, wherever that came from: it may extend a built-in profile and name built-in code
// lists, and no file of the machine.
func Parse(text []byte) (*Profile, error) { return finish(document{text: text}) }

// finish merges, checks and seals a profile.
func finish(d document) (*Profile, error) {
	p, err := resolve(d, 0)
	if err != nil {
		return nil, err
	}
	if p.MaxRejectPct == nil {
		limit := 50.0
		p.MaxRejectPct = &limit
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, p.seal()
}

// Names returns the built-in profiles.
func Names() []string {
	paths, _ := fs.Glob(queue.Contract, "profiles/*.yaml") // the pattern is well formed
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(path, "profiles/"), ".yaml")
	}
	return names
}

// open returns the document of a built-in profile or of a file; a relative path starts from the given folder. A bare name never reads a file, so that a stray file cannot stand in for a built-in profile.
func open(nameOrPath, from string) (document, error) {
	if !isPath(nameOrPath) {
		text, err := fs.ReadFile(queue.Contract, "profiles/"+nameOrPath+".yaml")
		if errors.Is(err, fs.ErrNotExist) {
			return document{}, fmt.Errorf("no built-in profile %q; there are: %s", nameOrPath, strings.Join(Names(), ", "))
		}
		return document{text: text, ours: true}, err
	}
	if !filepath.IsAbs(nameOrPath) {
		nameOrPath = filepath.Join(from, nameOrPath)
	}
	f, err := os.Open(nameOrPath)
	if err != nil {
		return document{}, fmt.Errorf("read profile: %w", err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return document{}, fmt.Errorf("read profile: %w", err)
	}
	return document{text: text, folder: filepath.Dir(nameOrPath)}, nil
}

func isPath(nameOrPath string) bool { return strings.ContainsAny(nameOrPath, `/\.`) }

var errCircle = fmt.Errorf("it extends itself, or more than %d profiles extend each other", maxDepth)

// resolve decodes a document and merges it over the profile that it extends.
func resolve(d document, depth int) (*Profile, error) {
	if depth > maxDepth {
		return nil, errCircle
	}
	if !d.ours {
		d.text = bytes.TrimPrefix(d.text, []byte("\ufeff")) // what some editors put in front
		if err := tame(d.text); err != nil {
			return nil, err
		}
	}
	var p Profile
	decoder := yaml.NewDecoder(bytes.NewReader(d.text), yaml.Strict())
	if err := decoder.Decode(&p); err != nil {
		return nil, Mistake(err)
	}
	if err := p.placeLists(d.folder); err != nil {
		return nil, err
	}
	switch {
	case p.Extends == "":
		return &p, nil
	case d.folder == "" && isPath(p.Extends):
		return nil, fmt.Errorf("extends: %q is a file, and only a profile that is one itself may extend a file", p.Extends)
	}
	extended, err := open(p.Extends, d.folder)
	if err != nil {
		return nil, err
	}
	base, err := resolve(extended, depth+1)
	if errors.Is(err, errCircle) {
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("extended profile %s: %w", p.Extends, err)
	}
	return merge(base, &p), nil
}

// maxLists is how many code lists a profile may name.
const maxLists = 20

// placeLists finds the code lists of a document that lies in a folder. One that came without a folder names built-in lists only, so
// that it cannot ask for any file of the machine.
func (p *Profile) placeLists(folder string) error {
	if len(p.CodeLists) > maxLists {
		return fmt.Errorf("code_lists: %d of them; %d are the most", len(p.CodeLists), maxLists)
	}
	for _, name := range p.CodeLists {
		switch {
		case !codelist.IsPath(name):
			if _, ok := codelist.BuiltIn[name]; !ok {
				return fmt.Errorf("code_lists: there is no built-in list %q; a file is named with its ending", name)
			}
		case folder == "":
			return fmt.Errorf("code_lists: %q is a file, and only a profile that is one itself may name files", name)
		case !filepath.IsAbs(name):
			name = filepath.Join(folder, name)
		}
		p.lists = append(p.lists, name)
	}
	return nil
}
