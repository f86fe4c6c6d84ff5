package family

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Patterns are an agency's habits of marking its takes. Each is looked for in the
// take key, in the slugline after its first comma, and at the beginning of the
// headline and of the note to editors. A nil pattern is never found.
type Patterns struct {
	Prefix     *regexp.Regexp // what stands before the story's name in a slugline: "BC-", "EU--"
	Lead       *regexp.Regexp // "1st Ld", "UPDATE 2"; its first group that matched is the number
	Through    *regexp.Regexp // "Writethru"
	Part       *regexp.Regexp // "2nd Take", "Adds"; a group may be the number
	Flash      *regexp.Regexp
	Urgent     *regexp.Regexp
	Kill       *regexp.Regexp
	Correction *regexp.Regexp
	Corrects   *regexp.Regexp // in a note or take key: the new lead puts something right
	Advisory   *regexp.Regexp
	Sidebar    *regexp.Regexp // at the end of a slugline, or a genre
}

// Usual are the habits that most agencies share, in English, German and Spanish. They
// are made from what agencies have published of their slugging.
var Usual = sync.OnceValue(func() *Patterns {
	word := func(expr string) *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(?:` + expr + `)(?:$|[^\pL\pN])`)
	}
	return &Patterns{
		Prefix:     regexp.MustCompile(`(?i)^(?:(?:BC|AM|PM|AP|BBO|BBN|FBN|FBC|US|EU|AS|ML|AF|LT|CN|AU|UN)(?:--|-)\s*)+`),
		Lead:       word(`(\d+)(?:st|nd|rd|th)[ -]?(?:ld|lead|update)|(?:ld|lead|update|wrapup|zf|zusammenfassung|actualizaci[oó]n)[ -]?(\d+)|(\d+)\. ?(?:zf|zusammenfassung|neufassung)|(?:new ?lead|newlead|neufassung|zusammenfassung|update|actualizaci[oó]n)`),
		Through:    word(`write-?thr(?:u|ough)|wrapup|neufassung|zusammenfassung|ampliaci[oó]n`),
		Part:       word(`(\d+)(?:st|nd|rd|th)? ?take|take (\d+)|(\d+)(?:st|nd|rd|th)?[ -]adds?|adds?|zugabe|(\d+)\. ?teil|teil (\d+)|segunda parte`),
		Flash:      word(`flash|blitz|alerte|newsalert|apnewsalert`),
		Urgent:     word(`urgent|bulletin|eilmeldung|eil|urgente|avance`),
		Kill:       word(`kill(?:s|ed)?|mandatory kill|bulletin kill|withdrawn?|anulad[oa]|anulaci[oó]n|anula|r[uü]ckruf|zur[uü]ckgezogen|meldung gesperrt`),
		Correction: word(`correction|corrected|correcci[oó]n|corrige|berichtigung|korrektur|refile`),
		Corrects:   word(`corrects|correcting|berichtigt|korrigiert|corrige`),
		Advisory:   word(`advisory|advise|editors[’']? ?note|hinweis an die redaktionen|achtung redaktionen|aviso a los abonados|aviso`),
		Sidebar: word(`sidebar|box|glance|at a glance|explainer|factbox|timeline|chronology|profile|scene|reax|reaction|reactions|` +
			`analysis|quotes|quotebox|bio|background|the latest|q&a|` +
			`hintergrund|stichwort|chronologie|portr[aä]t|zitate|reaktionen|analyse|` +
			`perfil|cronolog[ií]a|claves|reacciones|an[aá]lisis|contexto`),
	}
})

// Limits of what is read of an item's lines, in bytes: enough for any slugline.
const (
	maxMarked = 400
	maxNote   = 120
)

// Read says what an item is by its agency's own words.
func (p *Patterns) Read(c *Clues) Sign {
	name, rest := splitSlug(p.cutPrefix(cut(c.Slugline, maxMarked)))
	marked := p.cutMarks(name)
	head, title := splitHeadline(cut(c.Headline, maxMarked))
	if !p.marks(head) {
		head, title = "", c.Headline
	}
	s := Sign{Agency: Normal(c.Agency), Slug: Normal(marked), Title: Normal(cut(title, maxMarked)), Killed: c.Killed}
	s.Base = p.base(s.Slug)
	says := strings.Join([]string{c.TakeKey, rest, strings.TrimPrefix(name, marked), head}, " | ")
	p.role(c, &s, cut(says, 3*maxMarked))
	return s
}

// role goes from the surest mark to the least sure.
func (p *Patterns) role(c *Clues, s *Sign, says string) {
	note := cut(c.Note, maxNote)
	opening, _, _ := strings.Cut(note, ".")
	number, lead := numberOf(p.Lead, says)
	s.Through = found(p.Through, says)
	part, isPart := numberOf(p.Part, says)
	switch {
	case c.Package:
		s.Role = Collection
	case found(p.Kill, says) || found(p.Kill, opening) && strings.ToUpper(firstWord(note)) == firstWord(note):
		s.Role, s.Number = Kill, number
	case found(p.Correction, says) && !lead && !s.Through:
		s.Role, s.Number = Correction, number
	case c.Type != "" && c.Type != "text" && c.Type != "composite":
		s.Role = Photo
	case found(p.Advisory, says):
		s.Role = Advisory
	case isPart && !s.Through:
		s.Role, s.Number = Part, part
	case lead || s.Through:
		s.Role, s.Number = Lead, number
		s.Corrects = found(p.Corrects, says) || found(p.Corrects, opening) || found(p.Correction, says)
	case s.Base != s.Slug || anyFound(p.Sidebar, c.Genres):
		s.Role = Sidebar
	case found(p.Flash, says) || c.Urgency == 1 && c.Words <= flashWords && c.Words > 0:
		s.Role = Flash
	case found(p.Urgent, says) || found(p.Urgent, opening) || c.Urgency == 2 && c.Words <= urgentWords && c.Words > 0:
		s.Role = Urgent
	case anyFound(p.Correction, c.Signals) && found(p.Correction, opening):
		s.Role = Correction
	default:
		s.Role = Lead
		s.Corrects = found(p.Corrects, opening) || anyFound(p.Correction, c.Signals)
	}
}

// Lengths in words under which an item with the urgency of a flash or an urgent is one.
const (
	flashWords  = 30
	urgentWords = 80
)

func (p *Patterns) cutPrefix(slug string) string {
	if p.Prefix == nil {
		return slug
	}
	rest := slug[len(p.Prefix.FindString(slug)):]
	if strings.TrimSpace(rest) == "" {
		return slug
	}
	return rest
}

// cutMarks takes marks off the end of a story's name: "Harbour-Fire 2nd Ld" is
// "Harbour-Fire". Except for the leads they must be in capitals there, for names are
// made of such words, too: "Bridge-Killed" is no kill.
func (p *Patterns) cutMarks(name string) string {
	for range maxMarksAtEnd {
		at := len(name)
		for i, re := range p.all() {
			if re == nil {
				continue
			}
			for _, loc := range re.FindAllStringIndex(name, maxMarksAtEnd) {
				mark := name[loc[0]:loc[1]]
				if loc[1] == len(name) && loc[0] > 0 && (i < len(p.line()) || strings.ToUpper(mark) == mark) {
					at = min(at, loc[0])
				}
			}
		}
		if at == len(name) {
			break
		}
		name = name[:at]
	}
	return name
}

const maxMarksAtEnd = 4

func (p *Patterns) line() []*regexp.Regexp { return []*regexp.Regexp{p.Lead, p.Through, p.Part} }

func (p *Patterns) all() []*regexp.Regexp {
	return append(p.line(), p.Flash, p.Urgent, p.Kill, p.Correction, p.Corrects, p.Advisory)
}

// marks reports whether what stands before a headline is a mark. A kill must be in
// capitals: "Killed: three miners" is a headline.
func (p *Patterns) marks(head string) bool {
	for _, re := range p.all() {
		if head != "" && found(re, head) {
			return re != p.Kill || strings.ToUpper(head) == head
		}
	}
	return false
}

// base takes the words of a sidebar off the end of a normalised slug, unless nothing would be left.
func (p *Patterns) base(slug string) string {
	if p.Sidebar == nil {
		return slug
	}
	for _, loc := range p.Sidebar.FindAllStringIndex(slug, 8) {
		if loc[0] > 0 && loc[1] == len(slug) {
			return strings.TrimSpace(slug[:loc[0]])
		}
	}
	return slug
}

// splitSlug parts a story's name from what follows its first comma.
func splitSlug(slug string) (name, rest string) {
	name, rest, _ = strings.Cut(slug, ",")
	return strings.TrimSpace(name), strings.TrimSpace(rest)
}

// maxMark is the longest mark before a headline, in bytes.
const maxMark = 40

// splitHeadline parts "URGENT: Dam breaks", "UPDATE 2-Dam breaks" and "(KORREKTUR) Dam
// breaks" after the mark. Whether it is one, the patterns decide.
func splitHeadline(h string) (mark, title string) {
	h = strings.TrimSpace(h)
	if rest, ok := strings.CutPrefix(h, "("); ok {
		if mark, title, ok = strings.Cut(rest, ")"); ok && len(mark) <= maxMark {
			return mark, title
		}
	}
	for i, r := range h {
		if i > maxMark {
			break
		}
		if r == ':' || r == '|' || r == '—' || r == '–' || r == '-' && i > 0 && unicode.IsUpper(firstRune(h)) && h[:i] == strings.ToUpper(h[:i]) {
			return h[:i], h[i+len(string(r)):]
		}
	}
	return "", h
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

func found(re *regexp.Regexp, s string) bool { return re != nil && re.MatchString(s) }

func anyFound(re *regexp.Regexp, list []string) bool {
	for _, s := range list {
		if found(re, cut(s, maxMarked)) {
			return true
		}
	}
	return false
}

// maxNumber bounds the number of a lead: no story has more.
const maxNumber = 999

func numberOf(re *regexp.Regexp, s string) (n int, ok bool) {
	if re == nil {
		return 0, false
	}
	m := re.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	for _, g := range m[1:] {
		if v, err := strconv.Atoi(g); err == nil && v <= maxNumber {
			return v, true
		}
	}
	return 0, true
}

// cut returns at most limit bytes of s, whole characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}

// Normal is a name for comparing: lower case, without accents, its words parted by one space.
func Normal(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(cut(s, maxMarked))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '&':
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		default:
			gap = true
		}
	}
	return norm.NFC.String(b.String())
}
