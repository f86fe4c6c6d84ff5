package media

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var small = landscape(48, 32)

func inspect(t *testing.T, data []byte) Metadata {
	t.Helper()
	m, err := Inspect(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const fullXMP = `photoshop:Headline="Minister with president" photoshop:City="Geneva" photoshop:Source="Ministry Press"
 photoshop:Credit="Pool via Harbour News" photoshop:DateCreated="2026-11-20T18:30:00+01:00">
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">HN123</rdf:li></rdf:Alt></dc:title>
 <dc:description><rdf:Alt><rdf:li xml:lang="de">Der Minister</rdf:li><rdf:li xml:lang="x-default">The minister &amp; the president in Geneva on Friday.</rdf:li></rdf:Alt></dc:description>
 <dc:creator><rdf:Seq><rdf:li>Ana Duarte</rdf:li><rdf:li>Li Wei</rdf:li></rdf:Seq></dc:creator>
 <dc:subject><rdf:Bag><rdf:li>diplomacy</rdf:li><rdf:li>talks</rdf:li><rdf:li>diplomacy</rdf:li></rdf:Bag></dc:subject>
 <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 Harbour News</rdf:li></rdf:Alt></dc:rights>
 <xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">Editorial use only</rdf:li></rdf:Alt></xmpRights:UsageTerms>
 <photoshop:Instructions>NO ARCHIVES</photoshop:Instructions>
 <Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Two men shake hands</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>
 <Iptc4xmpCore:ExtDescrAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Two men in dark suits shake hands before flags.</rdf:li></rdf:Alt></Iptc4xmpCore:ExtDescrAccessibility>
 <Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:City>Carouge</Iptc4xmpExt:City><Iptc4xmpExt:CountryName>Switzerland</Iptc4xmpExt:CountryName></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>`

var fromFullXMP = Metadata{
	Title: "Minister with president", Caption: "The minister & the president in Geneva on Friday.",
	Alt: "Two men shake hands", ExtendedDescription: "Two men in dark suits shake hands before flags.",
	Photographer: "Ana Duarte, Li Wei", Credit: "Pool", Distributor: "Harbour News", Source: "Ministry Press",
	Copyright: "© 2026 Harbour News", UsageTerms: "Editorial use only", Instructions: "NO ARCHIVES",
	City: "Geneva", Country: "Switzerland", Keywords: []string{"diplomacy", "talks"},
	Taken: time.Date(2026, 11, 20, 17, 30, 0, 0, time.UTC),
}

func TestInspectXMP(t *testing.T) {
	packet := xmpPacket(fullXMP)
	raw := strings.TrimPrefix(packet, signatureXMP)
	for name, data := range map[string][]byte{
		"jpeg": withSegments(encodeJPEG(t, small), segment(markerAPP1, packet)),
		"png":  withChunk(encodePNG(t, small), "iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+raw),
		"webp": append([]byte("RIFF\x00\x00\x00\x00WEBPXMP "+string([]byte{byte(len(raw)), byte(len(raw) >> 8), 0, 0})), raw...),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(fromFullXMP, inspect(t, data)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInspectXMPForms(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want Metadata
	}{
		"structure in a description": {
			`><plus:ImageSupplier><rdf:Seq><rdf:li><rdf:Description plus:ImageSupplierName="Harbour News"/></rdf:li></rdf:Seq></plus:ImageSupplier>`,
			Metadata{Distributor: "Harbour News"},
		},
		"structure in attributes": {
			`><plus:CopyrightOwner><rdf:Seq><rdf:li plus:CopyrightOwnerName="Ana Duarte"/></rdf:Seq></plus:CopyrightOwner>`,
			Metadata{Copyright: "Ana Duarte"},
		},
		"other prefixes":        {`><d:title xmlns:d="http://purl.org/dc/elements/1.1/">Plain</d:title>`, Metadata{Title: "Plain"}},
		"broken after the half": {`photoshop:City="Bern"><dc:title><rdf:Alt><rdf:li>Cut`, Metadata{City: "Bern", Title: "Cut"}},
		"control characters":    {`><dc:title>A` + "\u0085" + `b&#13;&#10;c</dc:title>`, Metadata{Title: "Ab\nc"}},
		"date without time":     {`photoshop:DateCreated="2026-11-20">`, Metadata{Taken: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}},
		"embargo":               {`xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" prism:embargoDate="2026-11-24T06:00Z">`, Metadata{Embargo: time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)}},
		"too deep":              {`>` + strings.Repeat("<a>", 5000), Metadata{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := inspect(t, withSegments(encodeJPEG(t, small), segment(markerAPP1, xmpPacket(test.body))))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInspectIIM(t *testing.T) {
	for name, test := range map[string]struct {
		sets []string
		want Metadata
	}{
		"all fields": {
			[]string{
				"\x02\x05", "HN123", "\x02\x69", "Minister with president", "\x02\x78", "In Geneva\ron Friday.", "\x02\x50", "Ana Duarte", "\x02\x50", "Li Wei",
				"\x02\x6e", "Harbour News", "\x02\x73", "HN", "\x02\x74", "(c) Harbour News", "\x02\x28", "NO ARCHIVES", "\x02\x5a", "Geneva", "\x02\x65", "Switzerland",
				"\x02\x19", "talks", "\x02\x19", "diplomacy", "\x02\x37", "20261120", "\x02\x3c", "183000+0100", "\x02\x1e", "20261124", "\x02\x23", "060000-0500",
			},
			Metadata{
				Title: "Minister with president", Caption: "In Geneva\non Friday.", Photographer: "Ana Duarte, Li Wei", Credit: "Harbour News", Source: "HN",
				Copyright: "(c) Harbour News", Instructions: "NO ARCHIVES", City: "Geneva", Country: "Switzerland", Keywords: []string{"talks", "diplomacy"},
				Taken: time.Date(2026, 11, 20, 17, 30, 0, 0, time.UTC), Embargo: time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC),
			},
		},
		"declared UTF-8":               {[]string{"\x01\x5a", "\x1b%G", "\x02\x50", "François Müller"}, Metadata{Photographer: "François Müller"}},
		"UTF-8 that nobody declared":   {[]string{"\x02\x50", "François Müller"}, Metadata{Photographer: "François Müller"}},
		"Latin-1 that nobody declared": {[]string{"\x02\x50", "Fran\xe7ois M\xfcller"}, Metadata{Photographer: "François Müller"}},
		"Windows quotes":               {[]string{"\x02\x78", "\x93Peace\x94 \x96 at last"}, Metadata{Caption: "“Peace” – at last"}},
		"declared Latin-1":             {[]string{"\x01\x5a", "\x1b.A", "\x02\x5a", "\xc3\xa9"}, Metadata{City: "Ã©"}},
		"wrongly declared UTF-8":       {[]string{"\x01\x5a", "\x1b%G", "\x02\x5a", "Gen\xe8ve"}, Metadata{City: "Genève"}},
		"impossible date":              {[]string{"\x02\x37", "00000000", "\x02\x5a", "Bern"}, Metadata{City: "Bern"}},
		"date alone":                   {[]string{"\x02\x37", "20261120"}, Metadata{Taken: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}},
	} {
		t.Run(name, func(t *testing.T) {
			block := iimBlock(test.sets...)
			got := inspect(t, withSegments(encodeJPEG(t, small), segment(markerAPP13, block)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			half := len(block) / 2 // Photoshop splits what is long over segments
			got = inspect(t, withSegments(encodeJPEG(t, small), segment(markerAPP13, block[:half]), segment(markerAPP13, signaturePhotoshop+block[half:])))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("in two segments:", diff)
			}
		})
	}
}

func TestInspectEXIF(t *testing.T) {
	block := exifBlock(
		[]tiffTag{{0x010e, "In Geneva"}, {0x010f, "Camera"}, {0x013b, "Ana Duarte;Li Wei"}, {0x8298, "HN"}},
		[]tiffTag{{0x9003, "2026:11:20 18:30:00"}, {0x9011, "+01:00"}, {0xa431, "SERIAL123"}}, nil)
	want := Metadata{
		Caption: "In Geneva", Photographer: "Ana Duarte, Li Wei", Copyright: "HN", Taken: time.Date(2026, 11, 20, 17, 30, 0, 0, time.UTC),
	}
	for name, data := range map[string][]byte{
		"jpeg": withSegments(encodeJPEG(t, small), segment(markerAPP1, block)),
		"png":  withChunk(encodePNG(t, small), "eXIf", strings.TrimPrefix(block, signatureEXIF)),
	} {
		if diff := cmp.Diff(want, inspect(t, data)); diff != "" {
			t.Error(name, diff)
		}
	}
	camera := exifBlock([]tiffTag{{0x010e, "OLYMPUS DIGITAL CAMERA"}}, nil, nil)
	if m := inspect(t, withSegments(encodeJPEG(t, small), segment(markerAPP1, camera))); m.Caption != "" {
		t.Errorf("caption = %q, want nothing: the camera wrote it", m.Caption)
	}
}

// XMP comes before IIM, IIM before EXIF, field by field.
func TestInspectPrecedence(t *testing.T) {
	data := withSegments(
		encodeJPEG(t, small),
		segment(markerAPP1, exifBlock([]tiffTag{{0x010e, "exif caption"}, {0x013b, "exif artist"}, {0x8298, "exif copyright"}}, nil, nil)),
		segment(markerAPP13, iimBlock("\x02\x78", "iim caption", "\x02\x50", "iim byline", "\x02\x5a", "iim city")),
		segment(markerAPP1, xmpPacket(`photoshop:City=" "><dc:description>xmp caption</dc:description>`)),
	)
	want := Metadata{Caption: "xmp caption", Photographer: "iim byline", City: "iim city", Copyright: "exif copyright"}
	if diff := cmp.Diff(want, inspect(t, data)); diff != "" {
		t.Error(diff)
	}
}

// What the newsroom writes into a rendition, it reads again.
func TestLabelRoundTrip(t *testing.T) {
	want := fromFullXMP
	want.Keywords, want.Instructions = nil, ""
	data := withSegments(
		encodeJPEG(t, small),
		segment(markerAPP1, exifBlock([]tiffTag{{0x010f, "Camera"}}, []tiffTag{{0xa431, "SERIAL123"}}, []tiffTag{{1, "N"}})),
		segment(markerCOM, "made with a secret program"), segment(markerAPP2, signatureICC+"\x01\x01profile"),
	)
	labelled, err := label(data, &fromFullXMP)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, inspect(t, labelled)); diff != "" {
		t.Error(diff)
	}
	for _, secret := range []string{"SERIAL123", "secret", "profile", signatureEXIF, "NO ARCHIVES"} {
		if bytes.Contains(labelled, []byte(secret)) {
			t.Errorf("the rendition holds %q", secret)
		}
	}
	c := parseContainer(formatJPEG, labelled)
	c.xmp = nil
	m, _ := c.metadata()
	if m.Caption != want.Caption || m.Photographer != want.Photographer || m.Credit != want.Credit || m.Distributor != want.Distributor ||
		m.Copyright != want.Copyright || !m.Taken.Equal(want.Taken) {
		t.Errorf("the IIM alone says %+v", m)
	}
	again, err := label(labelled, &Metadata{Title: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Metadata{Title: "Other"}, inspect(t, again)); diff != "" {
		t.Error("labelled again:", diff)
	}
	var plain, out bytes.Buffer
	plain.Write(encodeJPEG(t, small))
	out.Write(again)
	if !bytes.HasSuffix(out.Bytes(), plain.Bytes()[bytes.Index(plain.Bytes(), []byte{0xff, markerSOS}):]) {
		t.Error("labelling changed the pixels")
	}
}

func TestLabelLimits(t *testing.T) {
	long := Metadata{
		Title: strings.Repeat("é", 300), Caption: strings.Repeat("<&\"", 1600), Alt: strings.Repeat("字", 1000), ExtendedDescription: strings.Repeat("'", 5000),
		Photographer: strings.Repeat("é", 300), Copyright: strings.Repeat("©", 1000), UsageTerms: strings.Repeat("字", 2000),
	}
	if err := long.Validate(); err != nil {
		t.Fatal(err)
	}
	labelled, err := label(encodeJPEG(t, small), &long)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(long, inspect(t, labelled)); diff != "" {
		t.Error(diff)
	}
	c := parseContainer(formatJPEG, labelled)
	for d, limit := range iimLimits {
		if v := parseIIM(iimResource(c.photoshop)).first(d); len(v) > limit || strings.ContainsRune(v, '�') {
			t.Errorf("dataset %#x has %d bytes, its limit is %d", d, len(v), limit)
		}
	}
}

// The longest texts of all escape to more than a segment holds.
func TestLabelFits(t *testing.T) {
	var m Metadata
	for _, f := range m.texts() {
		*f.value = strings.Repeat("&", f.limit)
	}
	labelled, err := label(encodeJPEG(t, small), &m)
	if err != nil {
		t.Fatal(err)
	}
	m.ExtendedDescription = ""
	if got := inspect(t, labelled); got.Caption != m.Caption || got.UsageTerms != m.UsageTerms || got.ExtendedDescription != "" {
		t.Errorf("caption %d, usage terms %d, extended description %d characters", len(got.Caption), len(got.UsageTerms), len(got.ExtendedDescription))
	}
}

func TestValidateNamesTheField(t *testing.T) {
	m := Metadata{Alt: strings.Repeat("x", 1001)}
	err := m.Validate()
	if err == nil || !strings.Contains(err.Error(), "alternative text is too long") {
		t.Errorf("Validate = %v", err)
	}
	m.shorten()
	if err := m.Validate(); err != nil || !strings.HasSuffix(m.Alt, "x…") {
		t.Errorf("after shorten: %v, %.5q", err, m.Alt)
	}
}
