package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// describe returns the text of an error for a log, or only its types when one of the errors in it
// is known to quote what it could not read: that may be a patient's value.
func describe(err error) string {
	var number *strconv.NumError
	var date *time.ParseError
	var syntax *json.SyntaxError
	var form *json.UnmarshalTypeError
	if errors.As(err, &number) || errors.As(err, &date) || errors.As(err, &syntax) || errors.As(err, &form) {
		return strings.Join(types(err), " ")
	}
	return err.Error()
}

// types returns the types of an error and of those it wraps, outermost first.
func types(err error) []string {
	var all []string
	for err != nil {
		all = append(all, fmt.Sprintf("%T", err))
		err = errors.Unwrap(err)
	}
	return all
}

// places returns where a panic came through, the innermost first.
func places() []string {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	var found []string
	for {
		frame, more := frames.Next()
		if frame.Function != "" {
			found = append(found, fmt.Sprintf("%s:%d %s", filepath.Base(frame.File), frame.Line, frame.Function))
		}
		if !more {
			return found
		}
	}
}
