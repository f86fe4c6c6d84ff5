package item

import "strings"

// A Series says which part of a series of stories an item is; Part and Total are 0 when
// that is unknown.
type Series struct {
	Name  string `json:"name,omitempty"`
	Part  int    `json:"part,omitempty"`
	Total int    `json:"total,omitempty"`
}

// A DUKey is NITF's "dynamic use key": what all the takes and versions of one story have
// in common, and which of them an item is. Generation counts rewritings, Part takes.
type DUKey struct {
	Key        string `json:"key,omitempty"`
	Generation string `json:"generation,omitempty"`
	Part       string `json:"part,omitempty"`
	Version    string `json:"version,omitempty"`
}

// A Correction says that an item corrects another, and what about it.
type Correction struct {
	Info   string `json:"info,omitempty"`   // in words
	ID     string `json:"id,omitempty"`     // of the item that is corrected, as its agency names it
	Source string `json:"source,omitempty"` // whose ID that is
}

// subjectCodes is IPTC's older vocabulary of subjects, of eight digits: two for the
// subject, three for the matter, three for the detail.
const subjectCodes = "http://cv.iptc.org/newscodes/subjectcode/"

// SubjectCode makes a subject of a code of IPTC's older vocabulary with the names an
// agency gives for it, from the subject to the detail. The subject and matter that a
// detail belongs to are related to it as broader. Source: IPTC, Subject Reference System.
func SubjectCode(code string, names ...string) Concept {
	c := Concept{Code: code}
	digits := len(code) == 8 && strings.Trim(code, "0123456789") == ""
	if digits {
		c.Scheme, c.URI = subjectCodes, subjectCodes+code
	}
	level := 0 // of the last name
	for i, name := range names {
		if name != "" {
			level, c.Name = i, name
		}
	}
	for i := level - 1; i >= 0; i-- {
		if names[i] == "" || names[i] == c.Name {
			continue
		}
		broader := Concept{Name: names[i], Rel: "broader"}
		if width := 2 + 3*i; digits && i < 2 {
			broader.Code = code[:width] + strings.Repeat("0", 8-width)
			broader.Scheme, broader.URI = subjectCodes, subjectCodes+broader.Code
		}
		c.Related = append(c.Related, broader)
	}
	return c
}
