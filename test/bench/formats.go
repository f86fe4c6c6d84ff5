package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
	"broadsheet/internal/wire/parse"
)

// maxSamples are how many files of a format are read in turn.
const maxSamples = 50

// formats measures on one core how fast each format is read into items, against the standard
// library merely decoding the same bytes, and how fast items are written. The files are a
// made story of 1,000 words with its photograph, and the fixtures of the tests: a format that
// has some comes in by itself.
func (b *bench) formats() error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	files, err := b.samples()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := b.reading(name, files[name]); err != nil {
			return err
		}
	}
	return b.writing()
}

// samples are files by their format, those that cannot be read left out.
func (b *bench) samples() (map[string][][]byte, error) {
	files := map[string][][]byte{}
	add := func(name string, raw []byte) {
		f := parse.Format(raw)
		if _, err := parse.File(b.ctx, parse.Input{Name: name, Raw: raw}); err == nil && f != "" && len(files[f]) < maxSamples {
			files[f] = append(files[f], raw)
		}
	}
	it, err := madeItem()
	if err != nil {
		return nil, err
	}
	for _, write := range []func(*item.Item) ([]byte, error){ninjs.WriteStrict, writeNewsML} {
		raw, err := write(&it)
		if err != nil {
			return nil, err
		}
		add("made", raw)
	}
	made := maps.Clone(files) // these are of a real size; fixtures are for the others
	paths, err := filepath.Glob("internal/wire/*/testdata/*")
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.IsDir() || filepath.Ext(path) == ".ninjs" {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if made[parse.Format(raw)] == nil {
			add(path, raw)
		}
	}
	return files, nil
}

func writeNewsML(it *item.Item) ([]byte, error) {
	return newsmlg2.Write([]item.Item{*it}, newsmlg2.Header{Sent: it.VersionCreated.Time, Sender: "paper.example"})
}

// madeItem is a story as a paper sends it.
func madeItem() (item.Item, error) {
	at := item.Date{Time: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	it := item.Item{
		URI: "tag:paper.example,2026:story:1", Version: "3", Kind: item.News, Type: "text", PubStatus: item.Usable, Language: "en",
		VersionCreated: at, FirstCreated: at, Provider: item.Concept{Name: "The Paper"}, Headlines: []item.Text{{Value: "Harbour lights"}},
		Bylines: []item.Text{{Value: "By Ada Vance"}}, Datelines: []item.Text{{Value: "PORT TALLIN"}}, Keywords: []item.Text{{Value: "harbour"}, {Value: "lights"}},
		Subjects: []item.Concept{{Name: "maritime transport", Code: "medtop:20000337", URI: "http://cv.iptc.org/newscodes/mediatopic/20000337", Scheme: "http://cv.iptc.org/newscodes/mediatopic/"}},
		Rights:   []item.Rights{{Holder: item.Concept{Name: "The Paper"}, Notice: item.Text{Value: "© 2026 The Paper"}}},
	}
	it.Identify()
	var text strings.Builder
	for range 20 {
		fmt.Fprintf(&text, "<p>%s<strong>%s</strong> %s</p>", sentence, "Nobody objected.", sentence)
	}
	doc, _, err := richtext.FromHTML(text.String(), it.Origin())
	it.Bodies = []item.Body{{ContentType: "application/xhtml+xml", WordCount: doc.Words(), Doc: doc}}
	photo := item.Item{
		URI: "tag:paper.example,2026:photo:1", Version: "1", Kind: item.News, Type: "picture", PubStatus: item.Usable, VersionCreated: at,
		Descriptions: []item.Body{{Role: "drol:caption", Value: sentence}}, Creditlines: []item.Text{{Value: "Lena Ruiz / The Paper"}},
		Renditions: []item.Rendition{{Name: "highRes", Href: "https://paper.example/1.jpg", ContentType: "image/jpeg", Width: 1920, Height: 1280, SizeInBytes: 400_000}},
	}
	photo.Identify()
	it.Associations = []item.Association{{Name: "lead photo", Rel: "illustration", Item: photo}}
	return it, err
}

// reading measures one format.
func (b *bench) reading(name string, files [][]byte) error {
	size, items := 0, 0
	for _, raw := range files {
		found, err := parse.File(b.ctx, parse.Input{Raw: raw})
		if err != nil {
			return err
		}
		size, items = size+len(raw), items+len(found)
	}
	ours, err := b.rounds(func() error {
		for _, raw := range files {
			if _, err := parse.File(b.ctx, parse.Input{Raw: raw}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	baseline, decode := decoderOf(files[0])
	theirs, err := b.rounds(func() error {
		for _, raw := range files {
			if err := decode(raw); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.add(fmt.Sprintf("read %s, %.1f KB a file", name, float64(size)/float64(len(files))/1000),
		fmt.Sprintf("%s, %.0f items/s", megabytes(ours, size), ours*float64(items)), megabytes(theirs, size)+" "+baseline, ours/theirs, "")
	return nil
}

// rounds is how often do is done in a second of this process's time on a processor, which
// others on the machine do not shorten.
func (b *bench) rounds(do func() error) (float64, error) {
	began, done := processorTime(), 0
	for end := time.Now().Add(b.seconds); time.Now().Before(end); done++ {
		if err := errors.Join(b.ctx.Err(), do()); err != nil {
			return 0, err
		}
	}
	return float64(done) / (processorTime() - began).Seconds(), nil
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func megabytes(rounds float64, size int) string {
	return fmt.Sprintf("%.1f MB/s", rounds*float64(size)/1e6)
}

// decoderOf is what the standard library has for such bytes, by its name: reading lines when
// they are neither XML nor JSON.
func decoderOf(raw []byte) (string, func([]byte) error) {
	switch start := bytes.TrimLeft(raw, " \t\r\n\xef\xbb\xbf"); {
	case bytes.HasPrefix(start, []byte("<")):
		return "encoding/xml", decodeXML
	case bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("[")):
		return "encoding/json", func(raw []byte) error {
			var v any
			return json.Unmarshal(raw, &v)
		}
	}
	return "bufio, lines", readLines
}

func decodeXML(raw []byte) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	d.Strict = false
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func readLines(raw []byte) error {
	s := bufio.NewScanner(bytes.NewReader(raw))
	s.Buffer(nil, len(raw)+1)
	for s.Scan() {
		_ = s.Text()
	}
	return s.Err()
}

// writing measures how fast the made story is written, against its own JSON.
func (b *bench) writing() error {
	it, err := madeItem()
	if err != nil {
		return err
	}
	base, err := b.rounds(func() error { _, err := json.Marshal(&it); return err })
	if err != nil {
		return err
	}
	for _, w := range []struct {
		name  string
		write func(*item.Item) ([]byte, error)
	}{{"newsml-g2", writeNewsML}, {"ninjs, strict", ninjs.WriteStrict}, {"ninjs, full", ninjs.Write}} {
		rate, err := b.rounds(func() error { _, err := w.write(&it); return err })
		if err != nil {
			return err
		}
		b.add("write "+w.name, perSecond(rate), perSecond(base)+" encoding/json of the item", rate/base, "")
	}
	return nil
}
