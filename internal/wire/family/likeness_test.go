package family

import (
	"bufio"
	"hash/fnv"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A report is a text of the labelled set: see testdata/likeness/README.md.
type report struct {
	sort, event, agency, text string
}

func (r *report) same(o *report) bool { return r.event == o.event }

func labelled(t testing.TB, folder string) (all []report) {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no labelled set", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, reportsOf(strings.TrimSuffix(filepath.Base(file), ".txt"), string(raw))...)
	}
	return all
}

func reportsOf(sort, raw string) (all []report) {
	var events [][]string
	var agencies []string
	sentences := map[string][]string{}
	for s := bufio.NewScanner(strings.NewReader(raw)); s.Scan(); {
		line := s.Text()
		switch name, isAgency := strings.CutPrefix(line, "== "); {
		case isAgency:
			agencies = append(agencies, name)
		case line == "" || line[0] == '#' || strings.HasPrefix(line, "language:"):
		case len(agencies) == 0:
			events = append(events, strings.Split(line, " | "))
		default:
			last := agencies[len(agencies)-1]
			sentences[last] = append(sentences[last], line)
		}
	}
	for i, facts := range events {
		event := sort + strconv.Itoa(i)
		for j, agency := range agencies {
			text := fill(sentences[agency], facts, i+j)
			all = append(all, report{sort, event, agency, strings.Join(text, "\n")})
			if j == 0 {
				again := append([]string{"FERNTAL (Coast Press) - " + after(text[0], " - ")}, text[1:len(text)-1]...)
				all = append(all, report{sort, event, "coast", strings.Join(again, "\n")})
				begin, _, _ := strings.Cut(text[0], ",")
				later := append([]string{"What was known this morning has been confirmed by those who were there.", begin + "."}, text[1:]...)
				all = append(all, report{sort, event, agency, strings.Join(later, "\n")})
			}
		}
	}
	return all
}

func after(s, sep string) string {
	if _, rest, ok := strings.Cut(s, sep); ok {
		return rest
	}
	return s
}

var column = regexp.MustCompile(`\{(\d+)\}`)

func fill(sentences, facts []string, turn int) (text []string) {
	for _, s := range sentences {
		if rest, ok := strings.CutPrefix(s, "? "); ok {
			if turn++; turn%2 == 0 {
				continue
			}
			s = rest
		}
		text = append(text, column.ReplaceAllStringFunc(s, func(m string) string {
			n, _ := strconv.Atoi(m[1 : len(m)-1])
			return facts[n-1]
		}))
	}
	return text
}

// A method gives texts something to compare.
type method struct {
	name  string
	marks func(text string) any
	alike func(a, b any) float64
}

// jaccard is what MinHash estimates.
func jaccard(of func(string) []string) method {
	return method{
		marks: func(text string) any { return fingerprint(of(text)) },
		alike: func(a, b any) float64 { return a.(Fingerprint).Likeness(b.(Fingerprint)) }, //nolint:forcetypeassert // above
	}
}

func contain(of func(string) []string) method {
	m := jaccard(of)
	m.alike = func(a, b any) float64 {
		f, g := a.(Fingerprint), b.(Fingerprint) //nolint:forcetypeassert // jaccard's
		return ratio(f.shared(g), min(len(f), len(g)))
	}
	return m
}

func runs(w int) func(string) []string {
	return func(text string) []string {
		words := strings.FieldsFunc(fold(text), func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r) })
		var list []string
		for i := 0; i+w <= len(words); i++ {
			list = append(list, strings.Join(words[i:i+w], " "))
		}
		return list
	}
}

// simHash is Charikar's (2002), over 64 bits.
func simHash(of func(string) []string) method {
	return method{
		marks: func(text string) any {
			var sum [64]int
			for _, f := range of(text) {
				h := fnv.New64a()
				_, _ = h.Write([]byte(f))
				x := mix(h.Sum64())
				for b := range sum {
					sum[b] += int(x>>b&1)*2 - 1
				}
			}
			var out uint64
			for b, v := range sum {
				if v > 0 {
					out |= 1 << b
				}
			}
			return out
		},
		alike: func(a, b any) float64 {
			return 1 - float64(bits.OnesCount64(a.(uint64)^b.(uint64)))/64 //nolint:forcetypeassert // above
		},
	}
}

// A tally counts pairs. Between agencies and within one are two questions.
type tally struct{ right, wrong, missed int }

func (c tally) precision() float64 { return ratio(c.right, c.right+c.wrong) }
func (c tally) recall() float64    { return ratio(c.right, c.right+c.missed) }
func (c tally) f1() float64 {
	p, r := c.precision(), c.recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// A pair is two texts of the set.
type pair struct {
	same, within, banded bool
	alike                float64
}

func (m *method) pairs(set []report) (list []pair) {
	prints := make([]any, len(set))
	for j := range set {
		prints[j] = m.marks(set[j].text)
	}
	for i := range set {
		for j := range i {
			p := pair{same: set[i].same(&set[j]), within: set[i].agency == set[j].agency, alike: m.alike(prints[i], prints[j])}
			if f, ok := prints[i].(Fingerprint); ok && p.alike > 0.1 {
				p.banded = shareBand(f, prints[j].(Fingerprint)) //nolint:forcetypeassert // as the other
			}
			list = append(list, p)
		}
	}
	return list
}

func count(pairs []pair, threshold float64, within, banded bool) (c tally) {
	for _, p := range pairs {
		found := p.alike >= threshold && (p.banded || !banded)
		switch {
		case p.within != within:
		case p.same && found:
			c.right++
		case p.same:
			c.missed++
		case found:
			c.wrong++
		}
	}
	return c
}

func shareBand(f, g Fingerprint) bool {
	a, b := f.Bands(), g.Bands()
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			return true
		}
	}
	return false
}

// TestPrecisionAndRecall prints the tables of docs/wire-families.md, and fails when the
// chosen method at the chosen thresholds is worse than the page says.
func TestPrecisionAndRecall(t *testing.T) {
	set := labelled(t, "likeness")
	methods := []method{jaccard(features), contain(features), jaccard(runs(1)), jaccard(runs(2)), jaccard(runs(3)), simHash(features), simHash(runs(1)), simHash(runs(3))}
	for i, name := range []string{
		"resemblance of names and numbers", "containment of names and numbers", "resemblance of words", "resemblance of runs of 2 words",
		"resemblance of runs of 3 words", "SimHash of names and numbers", "SimHash of words", "SimHash of runs of 3 words",
	} {
		methods[i].name = name
	}
	var chosen []pair
	for i := range methods {
		pairs := methods[i].pairs(set)
		if i == 0 {
			chosen = pairs
		}
		for _, within := range []bool{false, true} {
			best, at := tally{missed: 1}, 0.0
			for step := 1; step < 100; step++ {
				if c := count(pairs, float64(step)/100, within, false); c.f1() > best.f1() {
					best, at = c, float64(step)/100
				}
			}
			t.Logf("%-34s one agency %-5t best F1 %.3f at %.2f (precision %.3f, recall %.3f)", methods[i].name, within, best.f1(), at, best.precision(), best.recall())
		}
	}
	for _, within := range []bool{false, true} {
		for step := 20; step <= 56; step += 4 {
			c := count(chosen, float64(step)/100, within, true)
			t.Logf("one agency %-5t threshold %.2f: precision %.3f, recall %.3f (%d right, %d wrong, %d missed)", within, float64(step)/100, c.precision(), c.recall(), c.right, c.wrong, c.missed)
		}
	}
	for _, claim := range []struct {
		within            bool
		precision, recall float64
	}{{false, 0.96, 0.90}, {true, 0.99, 0.97}} {
		c := count(chosen, threshold(claim.within), claim.within, true)
		t.Logf("CHOSEN one agency %-5t threshold %.2f: precision %.3f, recall %.3f", claim.within, threshold(claim.within), c.precision(), c.recall())
		if c.precision() < claim.precision || c.recall() < claim.recall {
			t.Errorf("docs/wire-families.md claims %.2f and %.2f", claim.precision, claim.recall)
		}
	}
}

// TestOnWhatWasNotLookedAt measures on events that nothing was chosen by: neither what
// is a feature nor the thresholds were changed after these were written.
func TestOnWhatWasNotLookedAt(t *testing.T) {
	m := jaccard(features)
	pairs := m.pairs(labelled(t, "heldout"))
	for _, within := range []bool{false, true} {
		c := count(pairs, threshold(within), within, true)
		t.Logf("HELD OUT one agency %-5t precision %.3f, recall %.3f (%d right, %d wrong, %d missed)", within, c.precision(), c.recall(), c.right, c.wrong, c.missed)
		if c.precision() < 0.90 || c.recall() < 0.80 {
			t.Errorf("docs/wire-families.md claims more")
		}
	}
}
