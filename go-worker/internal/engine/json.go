package engine

import "harmonizer/go-worker/internal/table"

// appendJSON appends a value as a JSON string.
func appendJSON(dst []byte, s string) []byte { return table.AppendJSON(dst, s) }
