package item

import "strings"

// StatusOf reads an agency's word for the status. "cancelled" and "killed" are not in
// the standard but are sent.
func StatusOf(word string) Status {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "", "usable":
		return Usable
	case "canceled", "cancelled", "killed":
		return Canceled
	}
	return Withheld
}
