// Package letter reads mail (RFC 5322, MIME) as news: press releases, a stringer's story
// with photographs, an agency's files as attachments.
//
// The mail is an item. Pictures that are attached are its associations, with what their
// own files say about them, and their bytes travel with the item. Attached files of
// agencies are items by themselves. What is left out is named in the item's warnings.
package letter

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"broadsheet/internal/wire/item"
)

// Format is the format of the items that this package makes of mails.
const Format = "mail"

// An Inner reads a file that was attached, whatever its format. It returns
// [ErrUnknown] for one that is for nobody here.
type Inner func(ctx context.Context, name string, raw []byte) ([]item.Item, error)

// headersOf mail, of which a file must begin with two, one of them of the first kind.
var (
	mailHeaders = []string{"received", "return-path", "message-id", "from", "delivered-to", "mime-version"}
	moreHeaders = []string{"date", "subject", "to", "cc", "reply-to", "content-type", "content-transfer-encoding", "sender", "list-id", "x-mailer", "dkim-signature"}
)

// lookedAt is how much of a file is searched for a mail's header.
const lookedAt = 4 << 10

// Is reports a file that begins as a mail does.
func Is(raw []byte) bool {
	start := raw[:min(len(raw), lookedAt)]
	if bytes.HasPrefix(start, []byte("From ")) {
		_, start, _ = bytes.Cut(start, []byte("\n"))
	}
	if first, _, _ := bytes.Cut(start, []byte("\n")); len(first) == 0 || len(first) == len(start) {
		return false
	} else if _, _, ok := splitField(bytes.TrimSuffix(first, []byte("\r"))); !ok {
		return false
	}
	h, _, _, err := readHeader(start)
	if err != nil {
		return false
	}
	sure, more := 0, 0
	for _, f := range h {
		switch name := strings.ToLower(f.Name); {
		case slices.Contains(mailHeaders, name):
			sure++
		case slices.Contains(moreHeaders, name):
			more++
		}
	}
	return sure > 0 && sure+more > 1
}

// Parse reads a mail. inner reads what is attached to it; nil leaves that unread.
func Parse(ctx context.Context, raw []byte, inner Inner) ([]item.Item, error) {
	s := &splitter{}
	root, err := s.split(raw, 1, 0)
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, inner: inner, item: &item.Item{
		Kind: item.News, Type: "text", Format: Format, Line: 1, PubStatus: item.Usable, Warnings: s.warnings,
	}}
	r.readHead(root.header)
	r.collect(root)
	if err := r.readFiles(); err != nil {
		return nil, err
	}
	r.readTexts()
	if len(r.others) > 0 && len(r.item.Bodies) == 0 && len(r.item.Associations) == 0 {
		r.others[0].Warnings = append(r.others[0].Warnings, r.item.Warnings...)
		return r.others, nil // an envelope around an agency's files
	}
	return append([]item.Item{*r.item}, r.others...), nil
}

// A reader makes items of a mail's parts.
type reader struct {
	ctx    context.Context //nolint:containedctx // a reader lives for one call
	inner  Inner
	item   *item.Item
	texts  []*part     // to be read, in their order
	files  []*part     // attached
	others []item.Item // that were attached
	drop   []string    // names of what was left out
}

func (r *reader) readHead(h header) {
	it := r.item
	it.Headlines = appendText(nil, h.words("Subject"), "")
	it.Message = &item.Message{Sent: item.ParseMailDate(h.get("Date"))}
	it.FirstCreated, it.VersionCreated = it.Message.Sent, it.Message.Sent
	from := addresses(h.get("From"))
	r.readFrom(h, from)
	for _, name := range []string{"To", "Cc"} {
		for _, a := range addresses(h.get(name)) {
			it.Message.Destinations = appendText(it.Message.Destinations, a.Address, strings.ToLower(name))
		}
	}
	if a := addresses(h.get("Sender")); len(a) > 0 {
		it.Message.Sender = a[0].Address
	}
	it.Language = firstLanguage(h.words("Content-Language"))
	for _, k := range splitList(h.words("Keywords")) {
		item.AddNew(&it.Keywords, item.Text{Value: k})
	}
	if d := h.get("Expires"); d != "" {
		it.Expires = []item.Date{item.ParseMailDate(d)}
	}
	it.Priority = priorityOf(h)
	if list := h.words("List-Id"); list != "" {
		name, code, _ := strings.Cut(list, "<")
		code = strings.TrimSuffix(code, ">")
		it.Services = []item.Concept{{Name: strings.Trim(cmp.Or(strings.TrimSpace(name), code), `"`), Code: code}}
	}
	for _, name := range []string{"In-Reply-To", "References", "Supersedes"} {
		for id := range strings.FieldsSeq(h.get(name)) {
			if uri := mid(id); uri != "" && len(it.Links) < maxFields {
				it.Links = append(it.Links, item.Link{Rel: strings.ToLower(name), URI: uri})
			}
		}
	}
	r.identify(h, from)
	for _, f := range h {
		if !slices.Contains(readFields, strings.ToLower(f.Name)) {
			it.Message.Details = append(it.Message.Details, item.TextValue{Path: f.Name, Value: decodeWords(f.Value)})
		}
	}
}

// readFields are those that the item says somewhere else, or that say how it is written.
var readFields = []string{
	"subject", "date", "from", "to", "cc", "sender", "content-language", "keywords", "expires", "list-id", "in-reply-to", "references",
	"supersedes", "message-id", "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "organization",
}

// readFrom makes the sender the item's source and provider.
func (r *reader) readFrom(h header, from []*mail.Address) {
	it := r.item
	organisation := h.words("Organization")
	for _, a := range from {
		c := item.Concept{Name: cmp.Or(a.Name, a.Address)}
		if a.Address != "" {
			c.Contact = []item.Contact{{Type: "email", Value: a.Address}}
		}
		item.AddConcept(&it.InfoSources, c)
	}
	switch {
	case organisation != "":
		it.Provider = item.Concept{Name: organisation}
	case len(from) > 0:
		it.Provider = item.Concept{Name: cmp.Or(from[0].Name, from[0].Address)}
	}
}

// mid makes a URI of a Message-ID (RFC 2392); "" of what is none.
func mid(id string) string {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if id == "" || strings.ContainsAny(id, " \t<>") {
		return ""
	}
	return "mid:" + url.PathEscape(id)
}

func (r *reader) identify(h header, from []*mail.Address) {
	id := h.get("Message-ID")
	if words := strings.Fields(id); len(words) > 0 {
		id = words[0] // some write a comment after it
	}
	r.item.URI = mid(id)
	if r.item.URI == "" && len(from) > 0 && !r.item.FirstCreated.IsZero() {
		sum := sha256.Sum256([]byte(from[0].Address + "\x00" + r.item.FirstCreated.String() + "\x00" + h.get("Subject")))
		r.item.URI = "urn:broadsheet:sha256:" + hex.EncodeToString(sum[:])
	}
}

// priorityOf reads what mail programs call urgent.
func priorityOf(h header) int {
	if first := strings.TrimLeft(h.get("X-Priority"), " "); first != "" {
		return item.OneToNine(first[:1])
	}
	switch strings.ToLower(cmp.Or(h.get("Importance"), h.get("Priority"))) {
	case "high", "urgent":
		return 1
	case "low", "non-urgent":
		return 5
	}
	return 0
}

func firstLanguage(s string) string {
	s, _, _ = strings.Cut(s, ",")
	return strings.TrimSpace(s)
}

func appendText(list []item.Text, value, role string) []item.Text {
	if value == "" {
		return list
	}
	return append(list, item.Text{Value: value, Role: role})
}

func sortedNames(f form) []string { return slices.Sorted(maps.Keys(f)) }
