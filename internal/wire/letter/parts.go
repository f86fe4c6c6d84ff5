package letter

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/picture"
	"broadsheet/internal/wire/tree"
)

// ErrUnknown says that an attached file has none of the formats that are read.
var ErrUnknown = errors.New("not a format that is read")

// collect sorts a mail's parts into texts and files. Of alternatives the last that can be
// read is taken, as RFC 2046 has it: HTML before plain text.
func (r *reader) collect(p *part) {
	switch {
	case p.kind == "multipart/alternative":
		best := p.parts[0]
		for _, k := range p.parts {
			if k.kind == "text/html" || strings.HasPrefix(k.kind, "multipart/") {
				best = k
			}
		}
		for _, k := range p.parts {
			if k == best || !strings.HasPrefix(k.kind, "text/") || k.kind == "text/calendar" {
				r.collect(k)
			}
		}
	case len(p.parts) > 0:
		for _, k := range p.parts {
			r.collect(k)
		}
	case (p.kind == "text/plain" || p.kind == "text/html") && p.inline && p.name == "":
		r.texts = append(r.texts, p)
	default:
		r.files = append(r.files, p)
	}
}

// quiet are parts that say nothing to a newsroom.
var quiet = []string{"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "message/delivery-status", "text/rfc822-headers"}

// readFiles reads what is attached: pictures first, because agencies' files point to them.
func (r *reader) readFiles() error {
	var rest []*part
	for _, p := range r.files {
		if isPicture(p) {
			r.readPicture(p)
			continue
		}
		rest = append(rest, p)
	}
	for _, p := range rest {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.readFile(p); err != nil {
			return err
		}
	}
	r.item.Associations = slices.DeleteFunc(r.item.Associations, func(a item.Association) bool {
		return r.isPointedTo(a.Item.Renditions[0].Href)
	})
	for i := range r.item.Associations {
		r.item.Associations[i].Name = "photo" + strconv.Itoa(i+1)
	}
	if len(r.drop) > 0 {
		r.item.Warnings = append(r.item.Warnings, "left out of the mail: "+strings.Join(r.drop, ", "))
	}
	return nil
}

func isPicture(p *part) bool {
	return picture.Is(p.body) || strings.HasPrefix(p.kind, "image/") || picture.IsOther(p.body)
}

// readPicture makes an association of a picture that is attached, of what its file says.
func (r *reader) readPicture(p *part) {
	if len(p.body) == 0 {
		r.leave(p, "it is empty")
		return
	}
	it, err := picture.Read(p.body)
	if err != nil {
		_, why := errs.Of(err)
		r.leave(p, why)
		return
	}
	it.Format, it.Line, it.URI = Format, p.line, "" // settled as a part of the mail
	it.FileName = p.name
	if d := decodeWords(p.header.get("Content-Description")); d != "" && d != p.name && len(it.Descriptions) == 0 {
		it.AddDescription(d, "caption")
	}
	if p.cid != "" {
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "Content-ID", Value: tree.Clean(p.cid)})
	}
	if it.Provider.IsZero() {
		it.Provider = r.item.Provider
	}
	r.item.Associations = append(r.item.Associations, item.Association{Item: it})
}

func (r *reader) leave(p *part, why string) {
	r.drop = append(r.drop, fmt.Sprintf("%s (%s)", nameOf(p), strings.TrimSuffix(strings.Join(strings.Fields(why), " "), ".")))
}

func nameOf(p *part) string {
	if p.name != "" {
		return p.name
	}
	return clipped(p.kind)
}

// readFile reads what is attached and no picture.
func (r *reader) readFile(p *part) error {
	switch {
	case len(bytes.TrimSpace(p.body)) == 0 || slices.Contains(quiet, p.kind):
		return nil
	case strings.EqualFold(p.name, "winmail.dat") || p.kind == "application/ms-tnef":
		r.leave(p, "Outlook's own package; ask the sender for ordinary attachments")
		return nil
	case strings.Contains(p.kind, "pkcs7-mime") || p.kind == "application/pgp-encrypted":
		r.leave(p, "encrypted")
		return nil
	}
	name := nameOf(p)
	items, err := r.read(name, p.body)
	switch {
	case err == nil:
		r.point(items)
		for i := range items {
			items[i].File = path.Join(name, items[i].File)
		}
		r.others = append(r.others, items...)
		return nil
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case p.kind == "text/plain" || p.kind == "text/html":
		r.texts = append(r.texts, p) // a story that was attached
		return nil
	case errors.Is(err, ErrUnknown):
		r.leave(p, "no format that is read")
	default:
		r.leave(p, err.Error())
	}
	return nil
}

func (r *reader) read(name string, raw []byte) ([]item.Item, error) {
	if r.inner == nil {
		return nil, errors.New("mails inside of mails are not read any deeper")
	}
	items, err := r.inner(r.ctx, name, raw)
	if f, ok := errors.AsType[*tree.FileError](err); ok {
		return nil, errors.New(strings.TrimPrefix(f.Error(), name+": "))
	}
	return items, err
}

// point gives the pictures that agencies' files name the bytes that are attached.
func (r *reader) point(items []item.Item) {
	for i := range items {
		for _, h := range items[i].Holders() {
			for k := range h.Renditions {
				rendition := &h.Renditions[k]
				if rendition.Bytes != nil || strings.Contains(rendition.Href, "://") {
					continue
				}
				if from := r.attached(rendition.Href); from != nil {
					from.used = true
					rendition.Bytes = from.body
				}
			}
		}
	}
}

// attached finds the file that a relative address or a cid: means.
func (r *reader) attached(href string) *part {
	if cid, ok := strings.CutPrefix(href, "cid:"); ok {
		for _, p := range r.files {
			if p.cid != "" && p.cid == cid {
				return p
			}
		}
	}
	name := path.Base(strings.ReplaceAll(href, `\`, "/"))
	for _, p := range r.files {
		if p.name != "" && strings.EqualFold(p.name, name) && isPicture(p) {
			return p
		}
	}
	return nil
}

// isPointedTo reports whether an attached picture, by its address, is an agency file's.
func (r *reader) isPointedTo(address string) bool {
	for _, p := range r.files {
		if p.used && picture.Address(p.body) == address {
			return true
		}
	}
	return false
}

// readTexts makes bodies of the mail's texts.
func (r *reader) readTexts() {
	for _, p := range r.texts {
		text, note := tree.Decode(p.body, p.params["charset"])
		if note != "" {
			r.item.Warnings = append(r.item.Warnings, note)
		}
		src := strings.ReplaceAll(string(bytes.ReplaceAll(text, []byte{0}, nil)), "\r\n", "\n")
		if p.kind == "text/html" {
			r.html(src, p.name)
			continue
		}
		if strings.EqualFold(p.params["format"], "flowed") {
			src = unflow(src, strings.EqualFold(p.params["delsp"], "yes"))
		}
		r.plain(src, p.name)
	}
}

func (r *reader) plain(src, name string) {
	if f := readForm(src); f != nil {
		f.fill(r.item)
		return
	}
	src, signature := cutSignature(src)
	if signature != "" {
		r.item.EdNotes = append(r.item.EdNotes, item.Text{Value: tree.Clean(signature), Role: "signature"})
	}
	if strings.TrimSpace(src) == "" {
		return
	}
	r.item.Bodies = append(r.item.Bodies, item.Body{Role: name, ContentType: "text/plain", Value: tree.Clean(strings.Trim(src, "\r\n"))})
}

// html reads a text in HTML. The pictures in it that are attached stand beside the text;
// those at web addresses are not fetched, because they tell the sender who reads.
func (r *reader) html(src, name string) {
	b := item.Body{Role: name, ContentType: "text/html"}
	src, pictures := markup.Lift(src, func(href string) string {
		if strings.HasPrefix(href, "cid:") && r.attached(href) != nil {
			return href
		}
		return ""
	})
	markup.SetHTML(r.item, &b, src)
	if b.Rich() {
		if f := readForm(b.Doc.Text()); f != nil {
			f.fill(r.item)
			return
		}
	}
	for _, p := range pictures {
		r.describe(p)
	}
	if b.Rich() || b.Value != "" {
		r.item.Bodies = append(r.item.Bodies, b)
	}
}

// describe adds what the text says about a picture that is attached.
func (r *reader) describe(p markup.Picture) {
	from := r.attached(p.Src)
	address := picture.Address(from.body)
	for i := range r.item.Associations {
		it := &r.item.Associations[i].Item
		if it.Renditions[0].Href != address {
			continue
		}
		if it.Caption() == "" {
			it.AddDescription(p.Caption, "caption")
		}
		if it.AltText() == "" && p.Alt != from.name {
			it.AddDescription(p.Alt, "altText")
		}
		if len(it.Creditlines) == 0 {
			it.Creditlines = appendText(nil, p.Credit, "")
		}
	}
}
