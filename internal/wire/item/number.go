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
