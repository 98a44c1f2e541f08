package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"harmonizer/queue"
)

// The readers of values. Their errors end the sentence that begins with the variable's name, as in
// web/config.py, and never repeat the value: it may be a password in the wrong place.

var integer = regexp.MustCompile(`^-?[0-9]{1,18}$`)

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || !integer.MatchString(text) || n < least || n > most {
		return 0, fmt.Errorf("must be a whole number from %d to %d", least, most)
	}
	return n, nil
}

func seconds(text string, least, most int) (time.Duration, error) {
	n, err := number(text, least, most)
	return time.Duration(n) * time.Second, err
}

func concurrency(text string) (int, error) {
	n, err := number(text, 0, 1024)
	if n == 0 {
		n = items()
	}
	return n, err
}

func redisURL(text string) (string, error) {
	if text == "" {
		return text, nil
	}
	return text, queue.CheckURL(text)
}

func storeURL(text string) (string, error) {
	folder, isFolder := strings.CutPrefix(text, "file://")
	if isFolder && strings.Trim(folder, "/") != "" && !strings.ContainsAny(folder, "?#") {
		return "file://" + absolute(folder), nil
	}
	if parsed, err := url.Parse(text); err == nil && parsed.Scheme == "s3" && parsed.Host != "" {
		return text, nil
	}
	return "", errors.New("must be file:///FOLDER or s3://BUCKET/PREFIX")
}

var prefixes = regexp.MustCompile(`^([A-Za-z0-9_.-]{1,64}|\{[A-Za-z0-9_.-]{1,64}\})$`)

func queuePrefix(text string) (string, error) {
	if !prefixes.MatchString(text) {
		return "", errors.New("must be letters, digits, _ . -, or those in braces")
	}
	return text, nil
}

var tokens = regexp.MustCompile(`^[!-~]{0,256}$`)

func token(text string) (string, error) {
	if !tokens.MatchString(text) {
		return "", errors.New("must be at most 256 visible ASCII characters")
	}
	return text, nil
}

func logLevel(text string) (slog.Level, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warning": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(text)]
	if !ok {
		return 0, errors.New("must be one of debug, info, warning, error")
	}
	return level, nil
}
