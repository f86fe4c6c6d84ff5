package demo

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/iptc7901"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
	"broadsheet/internal/wire/nitf"
)

// An agency is an invented news agency.
type agency struct {
	file    string // of its copy, without .txt
	name    string
	code    string // in its own vocabularies
	host    string // reserved for documentation, RFC 2606
	format  string
	service string
}

func agencies() []agency {
	return []agency{
		{file: "meridian", name: "Meridian Press Service", code: "mps", host: "meridian.example", format: newsmlg2.Format, service: "World"},
		{file: "northern", name: "Northern Wire", code: "nw", host: "northernwire.example", format: ninjs.Format, service: "North"},
		{file: "austral", name: "Agencia Austral", code: "aa", host: "austral.example", format: nitf.Format, service: "Sur"},
	}
}

// A dispatch is what an agency sends once: a text, a picture or a package, in one take.
type dispatch struct {
	agency *agency
	block  *block

	Format    string // the agency's, unless a desk of it has another one
	Number    string // on a wire that counts its messages
	URI       string
	Version   int
	Urgency   int
	Status    wire.Status
	Sent      time.Time
	First     time.Time // when the first take was sent
	Embargoed time.Time // zero when it is free
	Language  string
	Slug      string
	Headline  string
	Dateline  string
	By        string
	Note      string
	Signal    string
	Genre     string
	Subjects  []coded
	People    []coded
	Orgs      []coded
	Places    []coded
	Picture   *picture
	Text      bool
	Members   []member // of a package
	Body      richtext.Doc
}

// A coded is a name with its code.
type coded struct{ Code, Name string }

type member struct{ URI, Headline, Class string }

// A picture is one of the demo's photographs with its description.
type picture struct {
	Key, Title, Caption, Alt   string
	Photographer, Organisation string
	Licence, Source            string
	Width, Height, Size        int
}

// agencyItem is an item that the wire knows.
type agencyItem struct {
	id     id.ID
	origin richtext.Origin
	uri    string
	text   *dispatch
}

// A newsdesk knows the copy of all agencies.
type newsdesk struct {
	start    time.Time
	zone     *time.Location
	pictures map[string]*picture
	copy     []agencyCopy
}

type agencyCopy struct {
	agency *agency
	blocks []block
}

func openNewsdesk(fsys fs.FS, start time.Time, zone *time.Location) (*newsdesk, error) {
	d := &newsdesk{start: start, zone: zone}
	var err error
	if d.pictures, err = readPictures(fsys); err != nil {
		return nil, err
	}
	list := agencies()
	for i := range list {
		name := "wire/" + list[i].file + ".txt"
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		blocks, err := parseBlocks(name, string(raw))
		if err != nil {
			return nil, err
		}
		d.copy = append(d.copy, agencyCopy{&list[i], blocks})
	}
	return d, nil
}

// initial returns what came before the start, the oldest first.
func (d *newsdesk) initial() (list []*dispatch, err error) {
	for _, c := range d.copy {
		uris, first, err := d.families(c)
		if err != nil {
			return nil, err
		}
		for i := range c.blocks {
			b := &c.blocks[i]
			if b.get("live") != "" || b.get("once") != "" {
				continue
			}
			age, err := b.duration("age")
			if err != nil {
				return nil, err
			}
			p, err := d.dispatch(c.agency, b, uris[b.family()], d.start.Add(-age))
			if err != nil {
				return nil, err
			}
			p.First = d.start.Add(-first[b.family()])
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b *dispatch) int { return a.Sent.Compare(b.Sent) })
	return list, d.fillPackages(list)
}

// families returns the URI of each family and the age of its first take.
func (d *newsdesk) families(c agencyCopy) (uris map[string]string, first map[string]time.Duration, err error) {
	uris, first = map[string]string{}, map[string]time.Duration{}
	for i := range c.blocks {
		b := &c.blocks[i]
		age, err := b.duration("age")
		if err != nil {
			return nil, nil, err
		}
		f := b.family()
		first[f] = max(first[f], age)
		uris[f] = c.agency.uri(d.start.Add(-first[f]), f)
	}
	return uris, first, nil
}

func (b *block) family() string {
	if f := b.get("family"); f != "" {
		return f
	}
	return b.key
}

// uri names an item as its agency does.
func (a *agency) uri(day time.Time, family string) string {
	date := day.UTC().Format("20060102")
	if a.format == ninjs.Format {
		return "https://items." + a.host + "/" + date + "/" + family
	}
	return "urn:newsml:" + a.host + ":" + date + ":" + family
}

func (d *newsdesk) dispatch(a *agency, b *block, uri string, sent time.Time) (*dispatch, error) {
	words := dayWords(sent.In(d.zone))
	p := &dispatch{
		agency: a, block: b, Format: cmp.Or(b.get("format"), a.format), URI: uri, Version: 1, Urgency: 5, Status: wire.Usable, Sent: sent, First: sent,
		Language: "en", Slug: b.get("slug"), Headline: b.get("headline"), Dateline: b.get("dateline"), By: b.get("by"),
		Note: b.get("note"), Signal: b.get("signal"), Genre: b.get("genre"),
		Subjects: codedOf(b, "subject"), People: codedOf(b, "person"), Orgs: codedOf(b, "org"), Places: codedOf(b, "place"),
		Text: len(b.body) > 0,
	}
	if p.Format == iptc7901.Format {
		p.Number = teleNumber(b, sent)
		p.URI = teleURI(p.Number, sent)
	}
	if p.Headline == "" || p.Slug == "" {
		return nil, b.fault(b.line, "headline or slug is missing")
	}
	for name, number := range map[string]*int{"version": &p.Version, "urgency": &p.Urgency} {
		if s := b.get(name); s != "" {
			var err error
			if *number, err = strconv.Atoi(s); err != nil {
				return nil, b.fault(b.line, "%s: %q is not a number", name, s)
			}
		}
	}
	if l := b.get("language"); l != "" {
		p.Language = l
	}
	if b.get("status") != "" {
		p.Status = wire.Canceled
	}
	if p.Version > 1 && p.Signal == "" {
		p.Signal = "update"
	}
	if key := b.get("picture"); key != "" {
		if p.Picture = d.pictures[key]; p.Picture == nil {
			return nil, b.fault(b.line, "there is no photo %q", key)
		}
	}
	wait, err := b.duration("embargo")
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		p.Embargoed = d.start.Add(wait)
	}
	p.Body, err = (&composer{block: b, words: words}).compose()
	return p, err
}

// codedOf reads fields such as "person: karim-sahl Karim Sahl".
func codedOf(b *block, name string) (list []coded) {
	for _, v := range b.all(name) {
		code, label, _ := strings.Cut(v, " ")
		list = append(list, coded{code, label})
	}
	return list
}

// fillPackages resolves the keys of packages' members.
func (d *newsdesk) fillPackages(list []*dispatch) error {
	for _, p := range list {
		for key := range strings.FieldsSeq(p.block.get("package")) {
			i := slices.IndexFunc(list, func(q *dispatch) bool { return q.block.key == key })
			if i < 0 {
				return p.block.fault(p.block.line, "there is no item %q", key)
			}
			p.Members = append(p.Members, member{list[i].URI, list[i].Headline, list[i].class()})
		}
	}
	return nil
}

// class is the item's type.
func (p *dispatch) class() string {
	switch {
	case p.block.get("package") != "":
		return "composite"
	case p.Picture != nil && !p.Text:
		return "picture"
	}
	return "text"
}

// fileName is what the agency would call the file.
func (p *dispatch) fileName() string {
	ext := ".xml"
	switch p.Format {
	case ninjs.Format:
		ext = ".json"
	case iptc7901.Format:
		return sportsWire + p.Number + ".txt"
	}
	return fmt.Sprintf("%s-%s-v%d%s", p.agency.code, p.block.family(), p.Version, ext)
}

// bytes is the file.
func (p *dispatch) bytes() ([]byte, error) {
	switch p.Format {
	case ninjs.Format:
		return p.ninjs()
	case nitf.Format:
		return p.nitf()
	case iptc7901.Format:
		return p.iptc7901(), nil
	}
	return p.newsML()
}

// incoming is the file as the wire takes it in, with its picture beside it.
func (p *dispatch) incoming() (wire.Incoming, error) {
	raw, err := p.bytes()
	return wire.Incoming{Service: p.agency.name, File: p.fileName(), Raw: raw, Beside: besides}, err
}

// besides opens one of the demo's photographs.
func besides(href string) (io.ReadCloser, error) { return content().Open("photos/" + href) }

// ingest takes in what the agencies have sent before the start.
func (n *newsroom) ingest(ctx context.Context) error {
	list, err := n.desk.initial()
	if err != nil {
		return err
	}
	n.items = map[string]agencyItem{}
	for _, p := range list {
		n.items[p.block.key] = agencyItem{
			id: wire.IDOf(p.URI), uri: p.URI, text: p,
			origin: richtext.Origin{Kind: richtext.OriginWire, ID: wire.IDOf(p.URI).String(), Name: p.agency.name},
		}
	}
	for _, p := range list {
		if p.block.get("then") != "" {
			n.later = append(n.later, p)
		} else {
			n.sent = append(n.sent, p)
		}
	}
	// Takes of one item come in their order; a package after its members.
	var rest []*dispatch
	seen := map[string]bool{}
	first := slices.DeleteFunc(slices.Clone(n.sent), func(p *dispatch) bool {
		later := seen[p.URI] || p.class() == "composite"
		if seen[p.URI] = true; later {
			rest = append(rest, p)
		}
		return later
	})
	if err := spread(ctx, atOnce, first, n.send); err != nil {
		return err
	}
	return spread(ctx, 1, rest, n.send)
}

// send hands a dispatch to the wire, at the time that it was sent.
func (n *newsroom) send(ctx context.Context, p *dispatch) error {
	in, err := p.incoming()
	if err != nil {
		return err
	}
	results, err := n.push(ctx, in, p.Sent)
	if err == nil && len(results) == 0 {
		err = errs.E(errs.Invalid, "%s holds no item", in.File)
	}
	return err
}

// readPictures reads photos.txt and the sizes of the files.
func readPictures(fsys fs.FS) (map[string]*picture, error) {
	raw, err := fs.ReadFile(fsys, "photos.txt")
	if err != nil {
		return nil, err
	}
	pictures := map[string]*picture{}
	for i, line := range strings.Split(string(raw), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		for j := range f {
			f[j] = strings.TrimSpace(f[j])
		}
		if len(f) != 8 {
			return nil, errs.E(errs.Invalid, "photos.txt:%d: %d fields instead of 8", i+1, len(f))
		}
		p := &picture{Key: f[0], Title: f[1], Caption: f[2], Alt: f[3], Photographer: f[4], Organisation: f[5], Licence: f[6], Source: f[7]}
		if err := p.measure(fsys); err != nil {
			return nil, err
		}
		pictures[p.Key] = p
	}
	return pictures, nil
}

// measure reads the size of the file.
func (p *picture) measure(fsys fs.FS) error {
	raw, err := fs.ReadFile(fsys, "photos/"+p.Key+".jpg")
	if err != nil {
		return err
	}
	p.Size = len(raw)
	p.Width, p.Height, err = jpegSize(bytes.NewReader(raw))
	return err
}
