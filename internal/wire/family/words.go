package family

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of what is compared of a text.
const (
	maxWords    = 400 // words from the beginning: agencies put what matters first
	maxFeatures = 160
	minFeatures = 6 // fewer say nothing
	maxWord     = 40
	maxText     = 16 << 10 // bytes
	maxDateline = 120      // bytes
)

// features are the words of a text by which its event can be told from others of its
// sort: names and numbers. Everything else in a report on an earthquake is in every
// report on an earthquake, and differs between two agencies' reports on the same one.
//
// A name is a word with a capital that does not begin a sentence, or that does so
// elsewhere in the text; in German it is any noun. Names are cut to six letters, which
// takes off most endings. Numbers are kept without the marks that part thousands,
// which differ from language to language.
//
// Two names one after the other, as a person's, count once more together: they say more
// than two nouns of a German sentence.
func features(text string) []string {
	c := collector{seen: map[string]bool{}, german: strings.Contains(text, " und ") || strings.Contains(text, " der ")}
	for line := range strings.SplitSeq(cut(text, maxText), "\n") {
		c.line(withoutAgency(line))
	}
	var list []string
	for _, w := range c.order {
		if c.seen[w] && len(list) < maxFeatures {
			list = append(list, w)
		}
	}
	return list
}

// A collector gathers the features of a text.
type collector struct {
	german bool
	seen   map[string]bool // whether a word was seen where its capital means something
	order  []string
	words  int
}

func (c *collector) line(line string) {
	begin, before, noun := true, "", false
	for raw := range strings.FieldsSeq(line) {
		if c.words++; c.words > maxWords {
			return
		}
		w := strings.TrimFunc(raw, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		name := c.word(w, !begin && !noun)
		if before != "" && name != "" {
			c.note(before+" "+name, true)
		}
		before = name
		if !strings.HasSuffix(raw, w) { // a comma parts names
			before = ""
		}
		noun = c.german && articles[w]
		begin = endsSentence(raw) || w == "" && begin
	}
}

// word notes the features of a word, and returns the last one if it is a name.
func (c *collector) word(w string, sure bool) (name string) {
	for part := range strings.FieldsFuncSeq(cut(w, maxWord), isJoint) {
		f, ok := feature(part)
		number := ok && unicode.IsDigit(firstRune(f))
		if name = ""; ok && !number {
			name = f
		}
		if ok {
			c.note(f, sure || number)
		}
	}
	return name
}

func (c *collector) note(w string, sure bool) {
	had, known := c.seen[w]
	if !known {
		if len(c.order) == 2*maxFeatures {
			return
		}
		c.order = append(c.order, w)
	}
	c.seen[w] = had || sure
}

func isJoint(r rune) bool { return r == '-' || r == '’' || r == '\'' || r == '–' || r == '/' }

// withoutAgency takes the agency's name out of a dateline: "GENEVA (Meridian) - ".
func withoutAgency(line string) string {
	head, rest, ok := strings.Cut(line, ") ")
	if !ok || len(head) > maxDateline || !strings.HasPrefix(rest, "-") && !strings.HasPrefix(rest, "–") && !strings.HasPrefix(rest, "—") && !strings.HasPrefix(rest, "_") {
		return line
	}
	place, _, _ := strings.Cut(head, "(")
	return place + " . " + rest
}

// endsSentence reports whether the next word has a capital anyway.
func endsSentence(raw string) bool {
	raw = strings.TrimRight(raw, `"”“»)'’`)
	r, _ := utf8.DecodeLastRuneInString(raw)
	return r == '.' || r == '!' || r == '?' || r == ':' || r == '_' || raw == "-" || raw == "—" || raw == "–"
}

// nameLetters is how much of a name is compared.
const nameLetters = 6

func feature(w string) (string, bool) {
	first := firstRune(w)
	if unicode.IsDigit(first) {
		num := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			if unicode.IsLetter(r) || r == '%' {
				return -1
			}
			return '.'
		}, w)
		if i := strings.LastIndexByte(num, '.'); i >= 0 && len(num)-i == 4 { // 12,500 and 12.500
			num = strings.ReplaceAll(num, ".", "")
		}
		return num, len(num) > 1
	}
	if !unicode.IsUpper(first) {
		return "", false
	}
	w = fold(w)
	if utf8.RuneCountInString(w) < 3 || common[w] {
		return "", false
	}
	if r := []rune(w); len(r) > nameLetters {
		w = string(r[:nameLetters])
	}
	return w, true
}

// articles are the German words after which a word with a capital is a noun rather
// than a name, unless another name follows it.
var articles = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`der die das den dem des ein eine einen einem einer eines im am zum zur vom beim ins kein keine
		keinen ihre ihrer ihren sein seine seinen diese dieser dieses mit für gegen ohne aller alle mehr und nach aus als von`) {
		m[w] = true
	}
	return m
}()

// fold is lower case without accents.
func fold(w string) string {
	w = strings.ToLower(w)
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Mn, r) {
					return -1
				}
				return r
			}, norm.NFD.String(w))
		}
	}
	return w
}

// common are words that have a capital in every story: days, months, titles.
var common = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`
		monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
		october november december the and but for from with that this his her its their they she not was were are has have had
		president minister prime mr mrs ms dr said
		montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar marz mai juni juli oktober dezember
		der die das den dem des ein eine einen einem einer und oder aber nicht mit von vom zum zur bei nach vor seit auf aus fur
		prasident prasidentin ministerin herr frau angaben uhr jahr jahre jahren tag tage tagen woche prozent euro ende
		lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre
		octubre noviembre diciembre los las una uno del con por para que como pero segun esta este presidente ministro
		ministra senor senora`) {
		m[w] = true
	}
	return m
}()
