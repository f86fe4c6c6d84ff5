package parse

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkParse reads a file into items. Its measure is BenchmarkDecode: the standard
// library reading the same bytes and making nothing of them.
func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"strait.xml", "../../newsml1/testdata/tidy.xml", "../../nitf/testdata/harbour.xml", "photo1.json", "text3.json", "strait.iptc", "strait.anpa"} {
		raw := load(b, name)
		b.Run(filepath.Base(name), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := File(b.Context(), Input{Name: name, Raw: raw}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, decode := range map[string]func(raw []byte) error{
		"strait.xml": decodeXML, "../../newsml1/testdata/tidy.xml": decodeXML, "../../nitf/testdata/harbour.xml": decodeXML, "photo1.json": decodeJSON, "text3.json": decodeJSON,
	} {
		raw := load(b, name)
		b.Run(filepath.Base(name), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if err := decode(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func load(b *testing.B, name string) []byte {
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

func decodeXML(raw []byte) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func decodeJSON(raw []byte) error {
	var v any
	return json.Unmarshal(raw, &v)
}
