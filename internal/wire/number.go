package wire

import (
	"strconv"
	"strings"
)

// number reads a decimal number; anything else is 0.
func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || v < 0 || v > 1e15 {
		return 0
	}
	return v
}

// oneToNine reads an urgency or priority; anything else is 0, unknown.
func oneToNine(s string) int {
	if v := int(number(s)); v >= 1 && v <= 9 {
		return v
	}
	return 0
}

// lastPart is what follows the last of : / # in a code or URI.
func lastPart(s string) string {
	return s[strings.LastIndexAny(s, ":/#")+1:]
}
