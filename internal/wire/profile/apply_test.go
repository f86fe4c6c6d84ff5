package profile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/profile"
)

// story is an item with a text.
func story(paragraphs ...string) *item.Item {
	return &item.Item{
		Kind: item.News, Type: "text", PubStatus: item.Usable, Headlines: []item.Text{{Value: "Ferries sail again"}},
		Bodies: []item.Body{{ContentType: "text/plain", Value: strings.Join(paragraphs, "\n\n")}},
	}
}

func html(src string) *item.Item {
	it := story()
	it.Bodies[0] = item.Body{ContentType: "text/html"}
	markup.SetHTML(it, &it.Bodies[0], src)
	return it
}

func apply(t *testing.T, id string, it *item.Item) *item.Item {
	t.Helper()
	profile.Shipped().For(id, it).Apply(it)
	return it
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestDatelines(t *testing.T) {
	for text, want := range map[string][]string{ // dialect, dateline, place, rest
		"LONDON (AP) _ Ferries sailed.":                                             {"ap", "LONDON", "LONDON", "Ferries sailed."},
		"PORT CALDER, Northland (AP) — Ferries sailed.":                             {"ap", "PORT CALDER, Northland", "PORT CALDER, Northland", "Ferries sailed."},
		"Berlin (dpa) - Fähren fahren.":                                             {"dpa", "Berlin", "Berlin", "Fähren fahren."},
		"Hamburg/Kiel (dpa/lno) - Fähren fahren.":                                   {"dpa", "Hamburg/Kiel", "Hamburg/Kiel", "Fähren fahren."},
		"PARIS, Nov 26 (AFP) - Ferries sailed.":                                     {"afp", "PARIS, Nov 26", "PARIS", "Ferries sailed."},
		"Paris, 26 nov 2026 (AFP) - Les ferries naviguent.":                         {"afp", "Paris, 26 nov 2026", "Paris", "Les ferries naviguent."},
		"LONDON, Nov 26 (Reuters) - Ferries sailed.":                                {"reuters", "LONDON, Nov 26", "LONDON", "Ferries sailed."},
		"Madrid, 26 nov (EFE).- Los ferris navegan.":                                {"efe", "Madrid, 26 nov", "Madrid", "Los ferris navegan."},
		"(ANSA) - ROMA, 26 NOV - I traghetti.":                                      {"ansa", "ROMA, 26 NOV", "ROMA", "I traghetti."},
		"Oslo (NTB): Fergene seiler.":                                               {"ntb", "Oslo", "Oslo", "Fergene seiler."},
		"SYDNEY, Nov 26 AAP - Ferries sailed.":                                      {"aap", "SYDNEY, Nov 26", "SYDNEY", "Ferries sailed."},
		"SAN PEDRO, Calif.--(BUSINESS WIRE)--Calder Lines sails.":                   {"business-wire", "SAN PEDRO, Calif.", "SAN PEDRO, Calif.", "Calder Lines sails."},
		"ΑΘΗΝΑ (ΑΠΕ-ΜΠΕ) - Τα πλοία.":                                               {"ana-mpa", "ΑΘΗΝΑ", "ΑΘΗΝΑ", "Τα πλοία."},
		"PORT CALDER, Nov 26 (Northern Wire) -- They sail.":                         {"", "PORT CALDER, Nov 26", "PORT CALDER", "They sail."},
		"LONDON (Northern Wire) - Ferries sailed. One sank - off Calder - at noon.": {"", "LONDON", "LONDON", "Ferries sailed. One sank - off Calder - at noon."},

		// These are no datelines.
		"Ada Byrne (Labour) - who lost her seat - stands again.":  {"", "", "", "Ada Byrne (Labour) - who lost her seat - stands again."},
		"Ada Byrne (SPD) - Bürgermeisterin seit Mai - sagte ab.":  {"", "", "", "Ada Byrne (SPD) - Bürgermeisterin seit Mai - sagte ab."},
		"Red Cross (ICRC) – the aid group – said 40 people died.": {"", "", "", "Red Cross (ICRC) – the aid group – said 40 people died."},
		"Η Αθήνα (ΑΠΕ) - γράφει η εφημερίδα - ζει.":               {"", "", "", "Η Αθήνα (ΑΠΕ) - γράφει η εφημερίδα - ζει."},
		"Ada Lens (34) - Pianist of Norholt, plays tonight.":      {"", "", "", "Ada Lens (34) - Pianist of Norholt, plays tonight."},
		"Ada Lens (Norholt) _ qui joue ce soir _ est contente.":   {"", "", "", "Ada Lens (Norholt) _ qui joue ce soir _ est contente."},
		"They sailed (again) on Thursday - all of them.":          {"", "", "", "They sailed (again) on Thursday - all of them."},
		"It sailed.": {"", "", "", "It sailed."},
	} {
		it := apply(t, "", story(text))
		var line, place string
		if len(it.Datelines) > 0 {
			line, place = it.Datelines[0].Value, it.Located[0].Name
			if all := it.Datelines[0].Source + " " + want[3]; strings.Join(strings.Fields(all), " ") != strings.Join(strings.Fields(text), " ") && !strings.Contains(text, "--") {
				t.Errorf("%q became %q", text, all)
			}
		}
		equal(t, text, []string{it.Dialect, line, place, it.Bodies[0].Value}, want)
	}
	it := apply(t, "", html("<p><strong>LONDON</strong> (AP) — Ferries <em>sailed</em>.</p><p>They did.</p>"))
	equal(t, "document", it.Bodies[0].Doc.ExportHTML(), "<p>Ferries <em>sailed</em>.</p>\n<p>They did.</p>\n")
}

func TestWhatStandsAroundTheText(t *testing.T) {
	it := apply(t, "dpa", story("EILMELDUNG", "Von Ada Vance, dpa", "Berlin (dpa) - Die Fähren fahren.", "Achtung Redaktionen: Bild folgt.", "Sie fahren.",
		"dpa-Notizblock", "Orte: Hafen, Kanalstraße 1", "dpa ava yyzz n1 lr"))
	equal(t, "body", it.Bodies[0].Value, "Die Fähren fahren.\n\nSie fahren.")
	equal(t, "take key, byline", []string{it.TakeKey, it.Byline()}, []string{"EILMELDUNG", "Von Ada Vance, dpa"})
	equal(t, "urgency", it.Urgency, 2)
	equal(t, "notes", item.Joined(it.EdNotes), "Achtung Redaktionen: Bild folgt.\ndpa-Notizblock\nOrte: Hafen, Kanalstraße 1\ndpa ava yyzz n1 lr")
	equal(t, "sender", []string{it.Provider.Name, it.Credit(), it.Language}, []string{"dpa Deutsche Presse-Agentur", "dpa", "de"})

	it = apply(t, "afp", story("PARIS, Nov 26 (AFP) - Ferries sailed.", "They did.", "ava/ben/lr"))
	equal(t, "signature", it.Details, []item.TextValue{{Path: "signature", Value: "ava/ben/lr"}})
	it = apply(t, "ap", story("By ADA VANCE", "Associated Press", "LONDON (AP) — Ferries sailed.", "By Friday they had sailed."))
	equal(t, "bylines", item.Joined(it.Bylines), "By ADA VANCE\nAssociated Press")
	equal(t, "a sentence is no byline", it.Bodies[0].Value, "Ferries sailed.\n\nBy Friday they had sailed.")
}

func TestChanges(t *testing.T) {
	for name, test := range map[string]struct {
		profile string
		item    item.Item
		want    []string // status, signal, take key, headline
	}{
		"AP kill":            {"ap", item.Item{Sluglines: []item.Text{{Value: "BC-KILL-Strait-Ferries"}}, Headlines: []item.Text{{Value: "Strait ferries"}}}, []string{"canceled", "kill", "", "Strait ferries"}},
		"take key":           {"ap", item.Item{TakeKey: "Kill", Headlines: []item.Text{{Value: "Strait"}}}, []string{"canceled", "kill", "Kill", "Strait"}},
		"note corrects":      {"ap", item.Item{EdNotes: []item.Text{{Value: "Eds: CORRECTS spelling of Calder."}}, Headlines: []item.Text{{Value: "Strait"}}}, []string{"usable", "correction", "", "Strait"}},
		"Reuters correction": {"reuters", item.Item{Headlines: []item.Text{{Value: "CORRECTED-Ferries sail"}}}, []string{"usable", "correction", "", "CORRECTED-Ferries sail"}},
		"Reuters update":     {"reuters", item.Item{Headlines: []item.Text{{Value: "UPDATE 2-Ferries sail"}}}, []string{"usable", "", "UPDATE 2", "Ferries sail"}},
		"AFP replaces":       {"afp", item.Item{Headlines: []item.Text{{Value: "ANNULE ET REMPLACE - Les ferries"}}}, []string{"usable", "correction", "", "ANNULE ET REMPLACE - Les ferries"}},
		"AFP cancels":        {"afp", item.Item{Headlines: []item.Text{{Value: "ANNULATION: Les ferries"}}}, []string{"canceled", "kill", "", "ANNULATION: Les ferries"}},
		"dpa":                {"dpa", item.Item{TakeKey: "Korrektur: Absatz 3", Headlines: []item.Text{{Value: "Fähren"}}}, []string{"usable", "correction", "Korrektur: Absatz 3", "Fähren"}},
		"Ritzau":             {"ritzau", item.Item{Headlines: []item.Text{{Value: "RETTELSE: Færgerne sejler"}}}, []string{"usable", "correction", "", "RETTELSE: Færgerne sejler"}},
		"TT":                 {"tt", item.Item{Headlines: []item.Text{{Value: "Rättelse: Färjorna"}}}, []string{"usable", "correction", "", "Rättelse: Färjorna"}},
		"EFE":                {"efe", item.Item{Headlines: []item.Text{{Value: "(ANULACIÓN) Los ferris"}}}, []string{"canceled", "kill", "", "(ANULACIÓN) Los ferris"}},
		"advisory":           {"", item.Item{Headlines: []item.Text{{Value: "ADVISORY: Plans for Friday"}}}, []string{"usable", "advisory", "", "ADVISORY: Plans for Friday"}},
		"do not use":         {"", item.Item{EdNotes: []item.Text{{Value: "DO NOT USE until checked"}}, Headlines: []item.Text{{Value: "Strait"}}}, []string{"withheld", "withhold", "", "Strait"}},
		"a story about it":   {"", item.Item{Headlines: []item.Text{{Value: "Kill switch for ferries proposed"}}, Sluglines: []item.Text{{Value: "Ferries-Kill Switch"}}}, []string{"usable", "", "", "Kill switch for ferries proposed"}},
	} {
		it := test.item
		it.Kind, it.Type, it.PubStatus = item.News, "text", item.Usable
		apply(t, test.profile, &it)
		var signal string
		if len(it.Signals) > 0 {
			signal = it.Signals[0].Name
			if it.Signals[0].Notes[0].Value == "" || it.Signals[0].Literal == "" {
				t.Errorf("%s: no reason", name)
			}
		}
		equal(t, name, []string{string(it.PubStatus), signal, it.TakeKey, it.Headline()}, test.want)
	}
}

func TestEmbargoes(t *testing.T) {
	for text, want := range map[string]string{
		"Sperrfrist: 261800 Nov 26":                   "2026-11-26T18:00:00+01:00",
		"EMBARGOED UNTIL 261800 GMT NOV 26":           "2026-11-26T18:00:00Z",
		"HOLD FOR RELEASE at noon":                    "HOLD FOR RELEASE at noon",
		"Embargo on ferries: the ministers have met.": "",
	} {
		it := apply(t, "dpa", story(text, "They sail."))
		equal(t, text, it.Embargoed.String(), want)
	}
}

func TestTimes(t *testing.T) {
	it := story("Sie fahren.")
	it.VersionCreated = item.ParseDate("2026-07-01T12:00:00")
	it.Embargoed = item.ParseEmbargo("2026-11-26T18:00")
	it.FirstCreated = item.ParseDate("2026-11-26")
	apply(t, "dpa", it)
	equal(t, "summer", it.VersionCreated.Time.UTC(), time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC))
	equal(t, "embargo", it.Embargoed.Time.UTC(), time.Date(2026, 11, 26, 17, 0, 0, 0, time.UTC))
	equal(t, "a day stays a day", it.FirstCreated.Text, "2026-11-26")
}

func TestSubjects(t *testing.T) {
	it := story("They play.")
	it.Categories = []item.Concept{{Code: "s"}}
	it.Sluglines = []item.Text{{Value: "BKN--Calder-North"}}
	it.Subjects = []item.Concept{{Code: "medtop:15000000"}}
	apply(t, "ap", it)
	equal(t, "codes", []string{it.Subjects[0].Code, it.Subjects[1].Code, it.Subjects[1].Creator}, []string{"medtop:15000000", "subj:15008000", "profile:ap"})
	equal(t, "no more", len(it.Subjects), 2)
}

func TestLanguageIsGuessed(t *testing.T) {
	for text, want := range map[string]string{
		"The ferries sailed again and the minister said that they were on time.":  "en",
		"Les ferries qui naviguent dans le détroit sont pour les habitants.":      "fr",
		"Die Fähren fahren mit dem Minister und der Hafenbehörde auf dem Kanal.":  "de",
		"Färjorna går och ministern säger att de är i tid, som också hamnen har.": "sv",
		"Lauttaliikenne on alkanut ja ministeri sanoo että se on myös ajoissa.":   "fi",
		"Hello.": "",
	} {
		if it := apply(t, "", story(text)); it.Language != want {
			t.Errorf("%q is %q", text, it.Language)
		}
	}
}

// pieces are what random stories are made of: all wording of the profiles, among text.
var pieces = []string{
	"By ADA VANCE", "Von Ada Vance, dpa", "Associated Press", "URGENT", "*** EILMELDUNG ***", "(AMPLIACIÓN)", "Eds: A note. With a second sentence.",
	"EDITOR'S NOTE _ First of two.", "Achtung Redaktionen: Bild folgt.", "# dpa-Notizblock", "Sperrfrist: 261800 Nov 26", "EMBARGOED UNTIL noon",
	"LONDON (AP) _ Ferries sailed.", "PARIS, Nov 26 (AFP) - Ferries sailed.", "(ANSA) - ROMA, 26 NOV - I traghetti.", "København /ritzau/ Færger.",
	"CALDER--(BUSINESS WIRE)--Lines.", "Oslo (NTB): Fergene", "Port (Northern Wire) - It", "ava/ben/lr", "dpa ava lr", "/ritzau/", "(©NTB)", "KILL", "CORRECTS age",
	"They sail.", "And so on, with more words than that.", "1\u00a0000\tkm", "x", "By Friday they had sailed.", "ATTENTION - ajoute des citations ///", "...",
}

func randomStory(r *rand.Rand) *item.Item {
	var parts []string
	for range 1 + r.IntN(8) {
		parts = append(parts, pieces[r.IntN(len(pieces))])
	}
	it := story(parts...)
	if r.IntN(2) == 0 {
		it = html("<p>" + strings.Join(parts, "</p><p>") + "</p>")
	}
	it.Headlines = nil
	if r.IntN(2) == 0 {
		it.Headlines = []item.Text{{Value: []string{"UPDATE 2-Ferries", "Korrektur: Fähren", "KILL", "(LEAD) Ferries", "Ferries"}[r.IntN(5)]}}
	}
	it.Sluglines = []item.Text{{Value: pieces[r.IntN(len(pieces))]}}
	it.Other = []item.TextValue{{Path: "embargotime", Value: "2026-11-26T18:00:00"}, {Path: "strapline", Value: "a/b"}}
	return it
}

// wordsOf are a text's words alone.
func wordsOf(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// blocksOf are all that an item says, each with its words alone.
func blocksOf(it *item.Item) []string {
	var all []string
	add := func(values ...string) {
		for _, v := range values {
			for block := range strings.SplitSeq(v, "\n") {
				if w := wordsOf(block); w != "" {
					all = append(all, w)
				}
			}
		}
	}
	for _, list := range [][]item.Text{it.Headlines, it.Titles, it.Sluglines, it.Datelines, it.Bylines, it.Creditlines, it.EdNotes, it.Keywords} {
		for _, t := range list {
			add(t.Value, t.Source)
		}
	}
	for _, list := range [][]item.TextValue{it.Details, it.Other} {
		for _, v := range list {
			add(v.Value)
		}
	}
	for i := range it.Bodies {
		add(it.Bodies[i].Plain())
	}
	for i := range it.Descriptions {
		add(it.Descriptions[i].Plain())
	}
	add(it.TakeKey, it.Embargoed.String(), it.Embargoed.Text)
	if !it.Embargoed.Time.IsZero() {
		add(it.Embargoed.Time.Format("2006-01-02T15:04:05"))
	}
	return all
}

// checkNothingLost: each block of before is in after as it was, or in two parts.
func checkNothingLost(t *testing.T, what string, before []string, after *item.Item) {
	t.Helper()
	now := blocksOf(after)
	has := func(words string) bool {
		for _, n := range now {
			if words == "" || strings.Contains(" "+n+" ", " "+words+" ") {
				return true
			}
		}
		return false
	}
	for _, block := range before {
		if has(block) {
			continue
		}
		found := false
		for i := range len(block) {
			if block[i] == ' ' && has(block[:i]) && has(block[i+1:]) {
				found = true
				break
			}
		}
		if !found {
			t.Errorf("%s: %q is lost; there is %q", what, block, now)
		}
	}
}

// TestNothingIsLost: whatever a profile does with a story, its words stay.
func TestNothingIsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ids := profile.Shipped().IDs()
	for i := range 4_000 {
		it := randomStory(r)
		id := ids[i%len(ids)]
		before := blocksOf(it)
		apply(t, id, it)
		checkNothingLost(t, fmt.Sprintf("story %d as %s", i, id), before, it)
		if t.Failed() {
			return
		}
	}
}

func FuzzApply(f *testing.F) {
	for i, p := range pieces {
		f.Add(p+"\n\n"+pieces[(i+7)%len(pieces)]+"\n\nThey sail.", p, i%2 == 0, byte(i))
	}
	ids := profile.Shipped().IDs()
	f.Fuzz(func(t *testing.T, body, headline string, asHTML bool, which byte) {
		it := story(body)
		if asHTML {
			it = html(body)
		}
		it.Headlines = []item.Text{{Value: headline}}
		it.Sluglines = []item.Text{{Value: headline}}
		before := blocksOf(it)
		id := ids[int(which)%len(ids)]
		apply(t, id, it)
		checkNothingLost(t, id, before, it)
		if err := it.Bodies[0].Doc.Validate(); err != nil {
			t.Errorf("the document is not valid: %v", err)
		}
	})
}
