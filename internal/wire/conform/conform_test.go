package conform

import (
	"strings"
	"testing"
)

const small = `<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" standard="NewsML-G2" standardversion="2.35" conformance="power" guid="urn:a">
<itemMeta><itemClass qcode="ninat:text"/><provider><name>A</name></provider><versionCreated>2026-11-26T12:00:00Z</versionCreated></itemMeta>
<contentMeta><urgency>4</urgency><headline>One</headline><description>Two<br/>lines</description></contentMeta></newsItem>`

func TestNewsMLG2(t *testing.T) {
	for _, test := range []struct{ name, old, with, fault string }{
		{"right", "", "", ""},
		{"in another order", `<urgency>4</urgency><headline>One</headline>`, `<headline>One</headline><urgency>4</urgency>`, "it has headline,urgency,"},
		{"without a guid", ` guid="urn:a"`, "", "@guid is missing"},
		{"without a provider", `<provider><name>A</name></provider>`, "", "/newsItem/itemMeta: it has"},
		{"a bad date", "2026-11-26T12:00:00Z", "yesterday", `it says "yesterday"`},
		{"a bad code", "ninat:text", "text", `@qcode is "text"`},
		{"a bad urgency", "<urgency>4", "<urgency>12", `it says "12"`},
		{"an attribute of nothing", "<headline>", `<headline uri="a">`, "@uri may not stand here"},
		{"an element of nothing", "<headline>One</headline>", "<hedline>One</hedline>", "/hedline: it may not stand here"},
		{"not XML", "</newsItem>", "", "unexpected EOF"},
	} {
		faults := strings.Join(NewsMLG2([]byte(strings.Replace(small, test.old, test.with, 1))), "\n")
		if !strings.Contains(faults, test.fault) || test.fault == "" && faults != "" {
			t.Errorf("%s: %q, want %q", test.name, faults, test.fault)
		}
	}
}

func TestNinjs(t *testing.T) {
	const small = `{"uri":"urn:a","type":"text","urgency":4,"versionCreated":"2026-11-26T12:00:00Z","headlines":[{"value":"One"}],"associations":[{"name":"photo","uri":"urn:b"}]}`
	for _, test := range []struct{ name, old, with, fault string }{
		{"right", "", "", ""},
		{"without a uri", `"uri":"urn:a",`, "", ".uri: is missing"},
		{"an addition", `"urgency"`, `"broadsheet":{},"urgency"`, ".broadsheet: may not stand here"},
		{"of no type", `"text"`, `"poem"`, ".type: poem is not"},
		{"a bad urgency", `4`, `12`, ".urgency: 12 is not"},
		{"a bad time", "T12:00:00Z", "", ".versionCreated: 2026-11-26 is not a date and time"},
		{"a headline without words", `"value"`, `"role"`, ".headlines[0].value: is missing"},
		{"an association without a name", `"name":"photo",`, "", ".associations[0].name: is missing"},
	} {
		faults := strings.Join(Ninjs([]byte(strings.Replace(small, test.old, test.with, 1))), "\n")
		if !strings.Contains(faults, test.fault) || test.fault == "" && faults != "" {
			t.Errorf("%s: %q, want %q", test.name, faults, test.fault)
		}
	}
}
