package table

import (
	"strconv"
	"strings"
	"time"
)

// Values that programs write into JSON in forms of their own are read as what they stand for: MongoDB's extended JSON ({"$oid": "…"},
// {"$date": {"$numberLong": "0"}}) and the moments of Microsoft's serializers ("/Date(0)/").

// extendedKeys are the keys of MongoDB's extended JSON whose value is the one that the object around it stands for.
var extendedKeys = map[string]bool{
	"$oid": true, "$symbol": true, "$uuid": true, "$numberInt": true, "$numberLong": true, "$numberDouble": true, "$numberDecimal": true, "$date": true,
}

// unwrap replaces the object at a node, which is the last one on the tape, by the value that it stands for, and reports whether it did. Only
// an object with one scalar member is short enough.
func (t *tape) unwrap(object int) bool {
	if len(t.nodes) != object+3 || !extendedKeys[t.nodes[object+1].text] {
		return false
	}
	key, n := t.nodes[object+1].text, t.nodes[object+2]
	if n.kind != nodeString && n.kind != nodeNumber {
		return false
	}
	if key == "$date" {
		if ms, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			n.kind, n.text = nodeString, t.moment(ms, time.UTC)
		}
	}
	n.next = object + 1
	t.nodes[object] = n
	t.nodes = t.nodes[:object+1]
	return true
}

// netDate begins a moment as Microsoft's serializers write it: milliseconds since 1970, and in what zone it was said.
const netDate = "/Date("

// netMoment reads such a moment; what is none stays as it is.
func (t *tape) netMoment(s string) string {
	inner, ok := strings.CutSuffix(s[len(netDate):], ")/")
	if !ok {
		return s
	}
	number, zone := inner, time.UTC
	if at := len(inner) - len("+0000"); at > 0 && (inner[at] == '+' || inner[at] == '-') {
		offset, err := time.Parse("-0700", inner[at:])
		if err != nil {
			return s
		}
		number, zone = inner[:at], offset.Location()
	}
	ms, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return s
	}
	return t.moment(ms, zone)
}

// moment writes milliseconds since 1970 as a moment in a zone.
func (t *tape) moment(ms int64, zone *time.Location) string {
	from := len(t.arena)
	t.arena = time.UnixMilli(ms).In(zone).AppendFormat(t.arena, "2006-01-02T15:04:05.999Z07:00")
	return view(t.arena[from:])
}
