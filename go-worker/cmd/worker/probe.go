package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// probing is the word that makes `worker health` ask a running worker how it is.
const probing = "health"

// probe asks the worker on this machine whether it is ready; nil says that it is. It is the health check of
// a container that holds this program alone, no shell and no curl.
func probe(port int) error {
	client := http.Client{Timeout: 4 * time.Second}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/health/ready", port))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	said, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err
	}
	return fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(said)))
}
