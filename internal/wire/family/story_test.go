package family

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"broadsheet/internal/id"
)

// TestStories plays testdata/stories/*.txt: items come in, and the families that they
// make are printed and compared. UPDATE=1 writes what came out.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) != 2 || a.Files[0].Name != "in" || a.Files[1].Name != "families" {
				t.Fatal("a story has the parts in and families")
			}
			got := play(t, string(a.Files[0].Data))
			if os.Getenv("UPDATE") != "" {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// room is a wire room in memory.
type room struct {
	names   map[id.ID]string
	clues   map[id.ID]*Clues
	family  map[id.ID]id.ID
	prints  map[id.ID]Fingerprint
	sent    map[id.ID]time.Time
	own     map[id.ID][]Key
	takes   []Take
	why     map[id.ID]string
	ordered []id.ID
}

// idOf names an item by its name, so that a link may come before what it points to.
func (r *room) idOf(name string) id.ID {
	for k, v := range r.names {
		if v == name {
			return k
		}
	}
	k := id.ID(len(r.names) + 1)
	r.names[k] = name
	return k
}

func play(t *testing.T, in string) string {
	t.Helper()
	r := &room{
		names: map[id.ID]string{}, clues: map[id.ID]*Clues{}, family: map[id.ID]id.ID{}, prints: map[id.ID]Fingerprint{},
		sent: map[id.ID]time.Time{}, own: map[id.ID][]Key{}, why: map[id.ID]string{},
	}
	var c *Clues
	var text string
	var at time.Time
	arrive := func() {
		if c != nil {
			r.join(c, at, text)
		}
	}
	for s := bufio.NewScanner(strings.NewReader(in)); s.Scan(); {
		line := s.Text()
		if strings.TrimSpace(line) == "" {
			continue
		}
		if !strings.HasPrefix(line, " ") {
			arrive()
			clock, rest, _ := strings.Cut(line, " ")
			name, agency, _ := strings.Cut(rest, " of ")
			c, text, at = &Clues{Item: r.idOf(name), Agency: agency, Type: "text"}, "", clockTime(t, clock)
			continue
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name == "text" {
			text, c.Words = value, len(strings.Fields(value))
			continue
		}
		r.read(t, c, strings.TrimSuffix(name, ":"), value)
	}
	arrive()
	return r.print()
}

// clockTime reads "16:10", or "2/16:10" for the second day.
func clockTime(t *testing.T, s string) time.Time {
	t.Helper()
	day, clock, ok := strings.Cut(s, "/")
	if !ok {
		day, clock = "1", s
	}
	d, err := strconv.Atoi(day)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		t.Fatal(err)
	}
	return at.AddDate(2026, 0, d)
}

func (r *room) read(t *testing.T, c *Clues, name, value string) {
	t.Helper()
	switch name {
	case "slug":
		c.Slugline = value
	case "key":
		c.TakeKey = value
	case "head":
		c.Headline = value
	case "note":
		c.Note = value
	case "type":
		c.Type = value
	case "genre":
		c.Genres = append(c.Genres, value)
	case "urgency":
		c.Urgency, _ = strconv.Atoi(value)
	case "killed":
		c.Killed = true
	case "story":
		c.Stories = append(c.Stories, value)
	case "series":
		c.Series = append(c.Series, value)
	case "update of":
		c.Links = append(c.Links, Link{To: r.idOf(value), Update: true})
	case "see also":
		c.Links = append(c.Links, Link{To: r.idOf(value)})
	case "package of":
		c.Package, c.Type = true, "composite"
		for m := range strings.FieldsSeq(value) {
			c.Members = append(c.Members, r.idOf(m))
		}
	default:
		t.Fatalf("unknown line %q", name)
	}
}

func (r *room) join(c *Clues, at time.Time, text string) {
	s := Usual().Read(c)
	t := s.Traces(c)
	p := FingerprintOf(text)
	n := &Newcomer{Sign: s, Sent: at, Print: p, Own: r.group(r.family[c.Item])}
	groups := map[id.ID]Group{}
	var relatives []Relative
	for _, other := range r.ordered {
		if other == c.Item || at.Sub(r.sent[other]) > Window {
			continue
		}
		rel := Relative{Item: other, Family: r.family[other], Sign: Usual().Read(r.clues[other]), Sent: r.sent[other], Print: r.prints[other]}
		if k, ok := t.To[other]; ok {
			rel.Shares = append(rel.Shares, k)
		}
		for _, k := range t.Find {
			if slices.Contains(r.own[other], k) && !slices.Contains(rel.Shares, k.Kind) {
				rel.Shares = append(rel.Shares, k.Kind)
			}
		}
		relatives = append(relatives, rel)
		groups[rel.Family] = r.group(rel.Family)
	}
	choice := Choose(n, relatives, groups)
	if choice.Family == 0 {
		choice.Family = id.ID(len(r.ordered) + 1)
	}
	for item, f := range r.family {
		if slices.Contains(choice.Merge, f) {
			r.family[item] = choice.Family
		}
	}
	if r.family[c.Item] == 0 {
		r.ordered = append(r.ordered, c.Item)
	}
	r.family[c.Item], r.clues[c.Item], r.sent[c.Item], r.prints[c.Item] = choice.Family, c, at, p
	r.own[c.Item] = append(r.own[c.Item], t.Own...)
	for i := range r.takes {
		if r.takes[i].Item == c.Item {
			r.takes[i].Current = false
		}
	}
	if choice.Why != Alone {
		r.why[c.Item] = ", by " + string(choice.Why)
	}
	take := Take{Item: c.Item, Arrived: id.ID(len(r.takes) + 1), Sent: at, Current: true, Sign: s, Headline: c.Headline}
	for _, l := range c.Links {
		take.Targets = append(take.Targets, l.To)
	}
	r.takes = append(r.takes, take)
}

func (r *room) group(f id.ID) Group {
	g := Group{ID: f}
	for item, of := range r.family {
		if of == f && f != 0 {
			g.Items++
			g.Agencies = append(g.Agencies, Normal(r.clues[item].Agency))
		}
	}
	return g
}

func (r *room) print() string {
	var b strings.Builder
	var done []id.ID
	for _, item := range r.ordered {
		f := r.family[item]
		if slices.Contains(done, f) {
			continue
		}
		done = append(done, f)
		fmt.Fprintf(&b, "family\n")
		var takes []Take
		for _, t := range r.takes {
			if r.family[t.Item] == f {
				takes = append(takes, t)
			}
		}
		for _, br := range Build(takes) {
			fmt.Fprintf(&b, "  %s\n", br.Agency)
			if br.Lead != nil {
				r.node(&b, br.Lead, "    ")
			}
			for _, n := range br.Others {
				r.node(&b, n, "    ")
			}
		}
	}
	return b.String()
}

func (r *room) node(b *strings.Builder, n *Node, indent string) {
	fmt.Fprintf(b, "%s%s", indent, n.Sign.Role)
	if n.Sign.Number > 0 {
		fmt.Fprintf(b, " %d", n.Sign.Number)
	}
	if n.Sign.Through {
		b.WriteString(" write-through")
	}
	if n.Sign.Corrects {
		b.WriteString(" that corrects")
	}
	fmt.Fprintf(b, ": %s at %s", r.names[n.Item], n.Sent.Format("15:04"))
	if n.Fate != Stands {
		fmt.Fprintf(b, ", %s", n.Fate)
	}
	if len(n.About) > 0 {
		b.WriteString(", about")
		for _, i := range n.About {
			b.WriteString(" " + r.names[i])
		}
	}
	b.WriteString(r.why[n.Item] + "\n")
	for _, u := range n.Under {
		r.node(b, u, indent+"  ")
	}
}
