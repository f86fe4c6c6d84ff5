package parse

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkWeb reads the fixtures of the web's formats. Where the standard library can
// decode the same bytes, that is the measure beside it.
func BenchmarkWeb(b *testing.B) {
	for _, file := range webFixtures(b) {
		raw, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		name := filepath.Base(file)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			items := 0
			for b.Loop() {
				found, err := File(b.Context(), Input{Name: name, Raw: raw})
				if err != nil {
					b.Fatal(err)
				}
				items += len(found)
			}
			b.ReportMetric(float64(items)/b.Elapsed().Seconds(), "items/s")
		})
		decode := map[string]func([]byte) error{".xml": decodeXML, ".json": decodeJSON}[filepath.Ext(name)]
		if decode == nil {
			continue
		}
		b.Run(name+"/decode only", func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if err := decode(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
