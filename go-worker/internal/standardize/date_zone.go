package standardize

import (
	"time"
	_ "time/tzdata" // small images hold no zone files

	"harmonizer/go-worker/internal/dates"
)

// zoneOf returns the zone with an IANA name, nil for "" or a name that does not exist.
func zoneOf(name string) *time.Location {
	if name == "" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// inZone gives a local time the offset of the zone. It leaves the time alone and returns false where the clocks skipped it or
// showed it twice (DATE-010).
func inZone(d *dates.Date, zone *time.Location) bool {
	t := time.Date(d.Year, time.Month(d.Month), d.Day, d.Hour, d.Minute, d.Second, 0, zone)
	if t.Hour() != d.Hour || t.Minute() != d.Minute {
		return false
	}
	_, offset := t.Zone()
	for _, around := range []time.Duration{-3 * time.Hour, 3 * time.Hour} {
		_, other := t.Add(around).Zone()
		twin := t.Add(time.Duration(offset-other) * time.Second)
		if other != offset && twin.Hour() == d.Hour && twin.Minute() == d.Minute {
			return false
		}
	}
	d.Zoned, d.Offset = true, offset/60
	return true
}
