package item

import (
	"strconv"
	"strings"
)

// Number reads a decimal number; anything else is 0.
func Number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || v < 0 || v > 1e15 {
		return 0
	}
	return v
}

// OneToNine reads an urgency or priority; anything else is 0, unknown.
func OneToNine(s string) int {
	if v := int(Number(s)); v >= 1 && v <= 9 {
		return v
	}
	return 0
}

// LastPart is what follows the last of : / # in a code or URI.
func LastPart(s string) string {
	return s[strings.LastIndexAny(s, ":/#")+1:]
}

// LatLong is a position of two numbers of degrees; nil when they are none.
func LatLong(lat, long string) *Position {
	lat, long = strings.TrimSpace(lat), strings.TrimSpace(long)
	a, err1 := strconv.ParseFloat(lat, 64)
	b, err2 := strconv.ParseFloat(long, 64)
	if err1 != nil || err2 != nil || !(a >= -90 && a <= 90 && b >= -180 && b <= 180) {
		return nil
	}
	return &Position{Latitude: lat, Longitude: long}
}
