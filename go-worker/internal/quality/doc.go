// Package quality puts files and vectors that nobody here wrote through the whole engine: laws that hold for every one
// of them, and scores that say how well each kind is understood. It holds tests alone; `make quality` writes the
// scores to docs/quality.md.
package quality
