package profile

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/language"

	"broadsheet/internal/config"
	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
)

// Limits of a newsroom's own profiles.
const (
	MaxProfiles = 200       // files in the folder
	MaxFile     = 256 << 10 // bytes of one
)

//go:embed agencies/*.toml
var agencies embed.FS

// A Set is the profiles that items are read with. It does not change once it is made.
type Set struct {
	byID map[string]*Profile
	ids  []string // sorted
}

// Shipped is the set of the profiles in the program.
var Shipped = sync.OnceValue(func() *Set {
	s := &Set{byID: map[string]*Profile{}}
	files, err := fs.Sub(agencies, "agencies")
	if err == nil {
		err = s.read(files)
	}
	if err != nil {
		panic(err) // a test reads them all
	}
	return s
})

// Open returns the shipped profiles with those of a folder, which replace shipped ones of
// the same name. folder may be "". Its errors name file, line and fault, one a line.
func Open(folder string) (*Set, error) {
	if folder == "" {
		return Shipped(), nil
	}
	s := &Set{byID: maps.Clone(Shipped().byID)}
	if err := s.read(os.DirFS(folder)); err != nil {
		return nil, fmt.Errorf("agency profiles in %s: %w", folder, err)
	}
	return s, nil
}

func (s *Set) read(files fs.FS) error {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return err
	}
	var faults []error
	found := 0
	for _, e := range entries {
		name, isProfile := strings.CutSuffix(e.Name(), ".toml")
		if !isProfile || e.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		if found++; found > MaxProfiles {
			return fmt.Errorf("more than %d profiles", MaxProfiles)
		}
		p, err := readFile(files, e.Name())
		if err != nil {
			faults = append(faults, err)
			continue
		}
		p.ID = name
		s.byID[name] = p
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	s.ids = names(s.byID)
	generic := s.byID[Generic]
	for _, id := range s.ids {
		p := *s.byID[id] // those of the shipped set are not ours
		p.all = p.wording
		if id != Generic {
			p.all = p.wording.with(&generic.wording)
			p.Categories = withMore(p.Categories, generic.Categories)
			p.Subjects = withMore(p.Subjects, generic.Subjects)
		}
		s.byID[id] = &p
	}
	return nil
}

// withMore is a map with what only more has.
func withMore(m, more map[string]string) map[string]string {
	both := maps.Clone(more)
	if both == nil {
		return m
	}
	maps.Copy(both, m)
	return both
}

func readFile(files fs.FS, name string) (*Profile, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, MaxFile)
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	p := &Profile{}
	meta, err := toml.Decode(string(text), p)
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		return nil, fmt.Errorf("%s:%d: %s", name, parse.Position.Line, parse.Message)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	faults := []error{p.check(), p.compile()}
	for _, key := range meta.Undecoded() {
		near := config.Nearest(key.String(), keys(reflect.TypeFor[Profile](), ""))
		faults = append(faults, fmt.Errorf("unknown key %q; did you mean %s?", key, near))
	}
	for i, err := range faults {
		if err != nil {
			faults[i] = fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, errors.Join(faults...)
}

// keys are the names that a profile knows, as paths with dots.
func keys(t reflect.Type, prefix string) []string {
	var names []string
	for f := range t.Fields() {
		name := f.Tag.Get("toml")
		if name == "" || name == "-" {
			continue
		}
		names = append(names, prefix+name)
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			names = append(names, keys(inner, prefix+name+".")...)
		}
	}
	return names
}

// check reports what is wrong with the values that stand by themselves.
func (p *Profile) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if p.Name == "" || len(p.Based) == 0 {
		fault("name and based_on must be given")
	}
	if p.Timezone != "" {
		zone, err := time.LoadLocation(p.Timezone)
		if err != nil {
			fault("timezone: %q is not a zone; write it like Europe/Paris", p.Timezone)
		}
		p.zone = zone
	}
	if _, err := language.Parse(p.Language); p.Language != "" && err != nil {
		fault("language: %q is not a language tag; write it like pt-BR", p.Language)
	}
	if p.Charset != "" && !linetext.KnownCharset(p.Charset) {
		fault("charset: unknown %q; did you mean %s?", p.Charset, config.Nearest(p.Charset, linetext.Charsets()))
	}
	p.checkTables(fault)
	return errors.Join(faults...)
}

// checkTables reports what is wrong with the values of the profile's tables.
func (p *Profile) checkTables(fault func(format string, args ...any)) {
	for path, field := range p.Fields {
		if targets[field] == nil {
			fault("fields: unknown field %q for %q; did you mean %s?", field, path, config.Nearest(field, names(targets)))
		}
	}
	for _, m := range []map[string]string{p.Categories, p.Subjects} {
		for word, code := range m {
			if len(code) != len("15000000") || item.Number(code) == 0 {
				fault("%q: %q is not an IPTC code of eight digits", word, code)
			}
		}
	}
	for _, u := range p.Urgencies {
		if u < 1 || u > 9 {
			fault("urgencies: %d is not an urgency from 1 to 9", u)
		}
	}
	for _, c := range p.Changes {
		if _, known := signals[c.Kind]; !known {
			fault("change: unknown kind %q; did you mean %s?", c.Kind, config.Nearest(c.Kind, names(signals)))
		}
	}
}

// names are the keys of a map in alphabetical order.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// compile makes ready what Apply needs of the profile's own lists.
func (p *Profile) compile() error {
	w := wording{}
	var err error
	for _, list := range []struct {
		to             *[]shape
		before, behind string
		shapes         []string
	}{
		{&w.datelines, `^[\s\x{a0}]*`, `[\s\x{a0}]*`, p.Datelines},
		{&w.bylines, `^`, `$`, p.Bylines},
		{&w.signatures, `^`, `$`, p.Signatures},
	} {
		var fault error
		*list.to, fault = compileShapes(list.before, list.shapes, list.behind)
		err = errors.Join(err, fault)
	}
	matcherOf := func(words []string) *matcher {
		m, fault := newMatcher(words)
		err = errors.Join(err, fault)
		return m
	}
	for _, t := range p.TakeKeys {
		w.takes = append(w.takes, take{matcherOf(t.Words), t.Urgency})
	}
	for _, n := range p.Notes {
		w.notes = append(w.notes, note{matcherOf(n.Begin), n.Rest})
	}
	for _, c := range p.Changes {
		w.changes = append(w.changes, change{c.Kind, matcherOf(c.Words)})
	}
	if len(p.Holds) > 0 {
		w.embargoes = append(w.embargoes, matcherOf(p.Holds))
	}
	p.wording = w
	return err
}

// IDs are the names of the profiles, in alphabetical order.
func (s *Set) IDs() []string { return s.ids }

// Get returns a profile by its name. For one that there is not the error names the
// nearest and may be shown.
func (s *Set) Get(id string) (*Profile, error) {
	if p := s.byID[id]; p != nil {
		return p, nil
	}
	return nil, errs.E(errs.Invalid, "There is no agency profile %q; did you mean %s? docs/wire-profiles.md lists them.", id, config.Nearest(id, s.ids))
}
