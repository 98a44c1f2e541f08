package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Marshal returns the plan as YAML: block style, fields in the order of the structs, keys of maps sorted, and text in
// double quotes unless it is plain. Written by hand because headers hold tabs, colons and anything else, and the library
// that reads plans does not write all of them so that it reads them back.
func Marshal(p *Plan) []byte {
	var w yamlWriter
	w.fields(reflect.ValueOf(p).Elem(), 0)
	return w.Bytes()
}

// yamlWriter writes structs, maps by text, slices, text, numbers and truth values.
type yamlWriter struct{ bytes.Buffer }

// fields writes a struct; empty fields marked omitempty are left out.
func (w *yamlWriter) fields(v reflect.Value, indent int) {
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if field := v.Field(i); option != "omitempty" || !empty(field) {
			w.entry(name, field, indent)
		}
	}
}

// entry writes one key and its value.
func (w *yamlWriter) entry(key string, v reflect.Value, indent int) {
	w.WriteString(strings.Repeat("  ", indent))
	w.WriteString(quote(key))
	w.WriteByte(':')
	switch v.Kind() {
	case reflect.Struct:
		w.WriteByte('\n')
		w.fields(v, indent+1)
	case reflect.Map:
		w.WriteByte('\n')
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			w.entry(k.String(), v.MapIndex(k), indent+1)
		}
	case reflect.Slice:
		w.items(v, indent+1)
	default:
		w.WriteByte(' ')
		w.WriteString(scalar(v))
		w.WriteByte('\n')
	}
}

// items writes a list, each item behind a dash.
func (w *yamlWriter) items(v reflect.Value, indent int) {
	if v.Len() == 0 {
		w.WriteString(" []\n")
		return
	}
	w.WriteByte('\n')
	for i := range v.Len() {
		start := w.Len()
		item := v.Index(i)
		if item.Kind() != reflect.Struct {
			w.WriteString(strings.Repeat("  ", indent) + "- " + scalar(item) + "\n")
			continue
		}
		w.fields(item, indent+1)
		w.Bytes()[start+2*indent] = '-' // the first of its keys stands behind the dash
	}
}

func empty(v reflect.Value) bool {
	if k := v.Kind(); k == reflect.Map || k == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

func scalar(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return quote(v.String())
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

// plain is text that YAML reads back as the same text without quotes, but for the reserved words.
var plain = regexp.MustCompile(`^[A-Za-z(][A-Za-z0-9_/%()+;.,-]*( [A-Za-z0-9_/%()+;.,-]+)*$`)

var reserved = regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off|y|n|nan|inf)$`)

func quote(s string) string {
	if plain.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	quoted, err := json.Marshal(s) // JSON's escapes are YAML's
	if err != nil {
		panic(err) // text always marshals
	}
	return string(quoted)
}
