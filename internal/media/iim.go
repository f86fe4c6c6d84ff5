package media

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A dataset is the number of a field of the IPTC's Information Interchange
// Model (IIM 4.2): record in the high byte, dataset in the low one.
type dataset uint16

const (
	iimCharset        dataset = 0x015a // 1:90
	iimVersion        dataset = 0x0200 // 2:00
	iimObjectName     dataset = 0x0205 // 2:05
	iimKeywords       dataset = 0x0219 // 2:25
	iimReleaseDate    dataset = 0x021e // 2:30
	iimReleaseTime    dataset = 0x0223 // 2:35
	iimExpirationDate dataset = 0x0225 // 2:37
	iimExpirationTime dataset = 0x0226 // 2:38
	iimInstructions   dataset = 0x0228 // 2:40
	iimDateCreated    dataset = 0x0237 // 2:55
	iimTimeCreated    dataset = 0x023c // 2:60
	iimByline         dataset = 0x0250 // 2:80
	iimCity           dataset = 0x025a // 2:90
	iimCountry        dataset = 0x0265 // 2:101
	iimHeadline       dataset = 0x0269 // 2:105
	iimCredit         dataset = 0x026e // 2:110
	iimSource         dataset = 0x0273 // 2:115
	iimCopyright      dataset = 0x0274 // 2:116
	iimCaption        dataset = 0x0278 // 2:120

	// These are read for the wire alone: see Describe.
	iimUNO             dataset = 0x0164 // 1:100
	iimEditStatus      dataset = 0x0207 // 2:07
	iimUrgency         dataset = 0x020a // 2:10
	iimSubjectRef      dataset = 0x020c // 2:12
	iimCategory        dataset = 0x020f // 2:15
	iimOtherCategory   dataset = 0x0214 // 2:20
	iimFixture         dataset = 0x0216 // 2:22
	iimGenre           dataset = 0x0204 // 2:04
	iimBylineTitle     dataset = 0x0255 // 2:85
	iimSublocation     dataset = 0x025c // 2:92
	iimState           dataset = 0x025f // 2:95
	iimCountryCode     dataset = 0x0264 // 2:100
	iimTransmissionRef dataset = 0x0267 // 2:103
	iimWriter          dataset = 0x027a // 2:122
	iimLanguage        dataset = 0x0287 // 2:135
)

const (
	iimMarker    = 0x1c
	maxDatasets  = 1000
	resourceIPTC = 0x0404 // the Photoshop image resource that holds IIM
	charsetUTF8  = "\x1b%G"
)

// iimFields are the values of an IIM block, as UTF-8, in the order of the file.
type iimFields map[dataset][]string

func (f iimFields) first(d dataset) string {
	if v := f[d]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// iimResource finds the IIM among Photoshop's image resources: each is a
// signature, a number, a name padded to even length, a length and padded data.
func iimResource(resources []byte) []byte {
	for len(resources) >= 12 {
		number := binary.BigEndian.Uint16(resources[4:])
		name := int(resources[6]) + 1
		at := 6 + name + name%2
		if at+4 > len(resources) {
			return nil
		}
		size := uint64(binary.BigEndian.Uint32(resources[at:]))
		data := resources[at+4:]
		if size > uint64(len(data)) {
			return nil
		}
		if number == resourceIPTC {
			return data[:size]
		}
		resources = data[min(size+size%2, uint64(len(data))):]
	}
	return nil
}

// parseIIM reads a block of datasets up to the first thing that is not one.
//
// The character set is said by dataset 1:90, which many programs forget to
// write or write wrongly. So text is UTF-8 if all of it is valid UTF-8, unless
// Latin-1 is asked for by name, and else Windows-1252, the superset of Latin-1.
func parseIIM(data []byte) iimFields {
	fields, valid := iimFields{}, true
	for range maxDatasets {
		if len(data) < 5 || data[0] != iimMarker {
			break
		}
		d := dataset(binary.BigEndian.Uint16(data[1:]))
		size := int(binary.BigEndian.Uint16(data[3:]))
		if size > len(data)-5 { // cut off, or an extended dataset, which holds no text
			break
		}
		value := string(data[5 : 5+size])
		data = data[5+size:]
		fields[d] = append(fields[d], value)
		valid = valid && (utf8.ValidString(value) || d>>8 != 2)
	}
	if valid && !isLatin1(fields.first(iimCharset)) {
		return fields
	}
	for d, values := range fields {
		for i, v := range values {
			if text, err := charmap.Windows1252.NewDecoder().String(v); err == nil && d>>8 == 2 {
				values[i] = text
			}
		}
	}
	return fields
}

// isLatin1 knows the three escape sequences that programs write for ISO 8859-1.
func isLatin1(escape string) bool {
	return escape == "\x1b.A" || escape == "\x1b-A" || escape == "\x1b,A"
}

// time reads a date (CCYYMMDD) and a time (HHMMSS±HHMM, zone or all of it
// optional). A date in the future of all clocks or without a month is no date.
func (f iimFields) time(date, clock dataset) time.Time {
	day, hour := strings.TrimSpace(f.first(date)), strings.TrimSpace(f.first(clock))
	day, hour = strings.ReplaceAll(day, "-", ""), strings.ReplaceAll(hour, ":", "")
	for _, try := range []struct{ layout, value string }{
		{"20060102150405-0700", day + hour},
		{"20060102150405", day + hour},
		{"20060102", day},
	} {
		if t, err := time.Parse(try.layout, try.value); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// iimLimits are the longest values that IIM 4.2 allows, in bytes. What is longer
// stands whole in the XMP beside it.
var iimLimits = map[dataset]int{
	iimObjectName: 64, iimByline: 32, iimCity: 32, iimCountry: 64, iimHeadline: 256,
	iimCredit: 32, iimSource: 32, iimCopyright: 128, iimCaption: 2000,
}

// writeIIM writes what a published photograph says about itself, as the body of
// an APP13 segment.
func writeIIM(m *Metadata) []byte {
	var b bytes.Buffer
	put := func(d dataset, value string) {
		if value == "" {
			return
		}
		if limit, ok := iimLimits[d]; ok {
			value = clip(value, limit)
		}
		b.WriteByte(iimMarker)
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(d)))
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(len(value)))) //nolint:gosec // clipped above
		b.WriteString(value)
	}
	put(iimCharset, charsetUTF8)
	put(iimVersion, "\x00\x04")
	put(iimObjectName, m.Title)
	if !m.Taken.IsZero() {
		put(iimDateCreated, m.Taken.UTC().Format("20060102"))
		put(iimTimeCreated, m.Taken.UTC().Format("150405-0700"))
	}
	put(iimByline, m.Photographer)
	put(iimCity, m.City)
	put(iimCountry, m.Country)
	put(iimHeadline, m.Title)
	put(iimCredit, m.organisation())
	put(iimSource, m.Source)
	put(iimCopyright, m.Copyright)
	put(iimCaption, m.Caption)

	out := append([]byte(signaturePhotoshop), "8BIM\x04\x04\x00\x00"...)
	out = binary.BigEndian.AppendUint32(out, uint32(b.Len())) //nolint:gosec // a few kilobytes
	out = append(out, b.Bytes()...)
	if b.Len()%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// clip returns s cut to at most limit bytes, between two characters.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.TrimSpace(s[:limit])
}
