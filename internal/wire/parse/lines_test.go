package parse

import (
	"strings"
	"testing"
)

// TestHostileLines: large and senseless messages give items or an error, in time that
// grows with their size and no faster.
func TestHostileLines(t *testing.T) {
	const size = 200 << 10
	many := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for _, head := range []string{"\x01nwb0417 2 pl 57 NWP 0417\n\x02", "\x16\x16\x01a0417\x1fnwb\nu i\x13\x11 bc-strait 11-26 0057\n\x02"} {
		for name, text := range map[string]string{
			"one line":        many("x"),
			"headers":         many("\x01nwb0417 2 pl 57 NWP 0417\n"),
			"SOH":             many("\x01"),
			"words of no one": many("x \x18"),
			"taken back":      many("\x18"),
			"instructions":    many("\x0cab"),
			"types":           many("\x12a\x11"),
			"titles":          many("a =\n"),
			"open titles":     many("^a\n"),
			"lines with ^":    many("^a<\n"),
			"dates":           many("261145 Nov 26 "),
			"days":            many("11-26-26 1145 "),
			"columns":         many("a  "),
			"rows":            many("a   b   c\n"),
			"controls":        many("\x02\x03\x04\x10\x1f\x0e\x0f"),
			"nothing":         many("\n"),
			"NUL":             many("\x00"),
			"bytes":           many("\x81\xe1 "),
		} {
			t.Run(name, func(t *testing.T) {
				checkParsed(t, []byte(head+text))
				checkParsed(t, []byte(head+"\x03"+text))
			})
		}
	}
}
