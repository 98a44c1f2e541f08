package queue

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/redis/go-redis/v9"
)

const include = "-- include: "

// scripts are the transitions as Redis gets them, by name.
var scripts = func() map[string]*redis.Script {
	found := make(map[string]*redis.Script)
	files, err := fs.Glob(Contract, "lua/*.lua")
	if err != nil {
		panic(err) // only for a malformed pattern
	}
	for _, file := range files {
		source, err := assemble(Contract, file)
		if err != nil {
			panic(err) // the files are embedded: a test has seen them all
		}
		found[strings.TrimSuffix(path.Base(file), ".lua")] = redis.NewScript(source)
	}
	return found
}()

// assemble returns a script with its shared parts in place: the line "-- include: a b" is
// replaced by the files lua/lib/a.lua and lua/lib/b.lua, in this order, and so are such lines in these,
// because a Redis script cannot load another. Python does the same.
func assemble(contract fs.FS, file string) (string, error) {
	text, err := fs.ReadFile(contract, file)
	if err != nil {
		return "", fmt.Errorf("read script: %w", err)
	}
	var source strings.Builder
	for line := range strings.Lines(string(text)) {
		parts, ok := strings.CutPrefix(line, include)
		if !ok {
			source.WriteString(line)
			continue
		}
		for _, part := range strings.Fields(parts) {
			shared, err := assemble(contract, "lua/lib/"+part+".lua")
			if err != nil {
				return "", fmt.Errorf("include in %s: %w", file, err)
			}
			source.WriteString(shared)
		}
	}
	return source.String(), nil
}
