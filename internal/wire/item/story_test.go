package item

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSubjectCode(t *testing.T) {
	const cv = "http://cv.iptc.org/newscodes/subjectcode/"
	sport := Concept{Name: "Sport", Code: "15000000", Scheme: cv, URI: cv + "15000000", Rel: "broader"}
	for _, test := range []struct {
		name string
		got  Concept
		want Concept
	}{
		{"a subject", SubjectCode("15000000", "Sport", "", ""), Concept{Name: "Sport", Code: "15000000", Scheme: cv, URI: cv + "15000000"}},
		{"a matter", SubjectCode("15054000", "Sport", "Soccer"), Concept{Name: "Soccer", Code: "15054000", Scheme: cv, URI: cv + "15054000", Related: []Concept{sport}}},
		{"a detail", SubjectCode("15073026", "Sport", "Event", "Cup"), Concept{Name: "Cup", Code: "15073026", Scheme: cv, URI: cv + "15073026", Related: []Concept{
			{Name: "Event", Code: "15073000", Scheme: cv, URI: cv + "15073000", Rel: "broader"}, sport,
		}}},
		{"an agency's own", SubjectCode("SPO", "Sport"), Concept{Name: "Sport", Code: "SPO"}},
		{"only a code", SubjectCode("01000000"), Concept{Code: "01000000", Scheme: cv, URI: cv + "01000000"}},
		{"nothing", SubjectCode("", "", ""), Concept{}},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
