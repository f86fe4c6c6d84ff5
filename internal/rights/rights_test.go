package rights

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func end(m time.Month, d int) time.Time { return time.Date(2026, m, d+1, 0, 0, 0, 0, time.UTC) }

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		text   string
		has    []Right
		only   string
		except string
		until  time.Time
		days   int
		credit string
		left   string
	}{
		{text: ""},
		{text: "Editorial use only.", has: []Right{EditorialOnly}},
		{text: "FOR EDITORIAL USE ONLY; NO ARCHIVES; NO SALES", has: []Right{EditorialOnly, NoArchive, NoSales}},
		{text: "HANDOUT EDITORIAL USE ONLY/NO SALES", has: []Right{EditorialOnly, NoSales}},
		{
			text:   `RESTRICTED TO EDITORIAL USE - MANDATORY CREDIT "NORTHERN PHOTO / ADA LENS" - NO MARKETING NO ADVERTISING CAMPAIGNS - DISTRIBUTED AS A SERVICE TO CLIENTS`,
			has:    []Right{EditorialOnly, CreditRequired, NoAdvertising},
			credit: "NORTHERN PHOTO / ADA LENS", left: "DISTRIBUTED AS A SERVICE TO CLIENTS",
		},
		{text: "Mandatory credit: Ada Lens", has: []Right{CreditRequired}, credit: "Ada Lens"},
		{text: "Mandatory credit, no sales", has: []Right{CreditRequired, NoSales}},
		{text: "Credit required", has: []Right{CreditRequired}},
		{text: "Germany out", has: []Right{Territory}, except: "Germany"},
		{text: "GERMANY OUT, AUSTRIA OUT", has: []Right{Territory}, except: "Germany Austria"},
		{text: "Not for use in Germany, Austria and Switzerland.", has: []Right{Territory}, except: "Austria Germany Switzerland"},
		{text: "No use UK. No use Ireland", has: []Right{Territory}, except: "United Kingdom Ireland"},
		{text: "Not for use in Atlantis", left: "Not for use in Atlantis"},
		{text: "Not for use in Germany and Atlantis", left: "Not for use in Germany and Atlantis"},
		{text: "For use in the United States only", has: []Right{Territory}, only: "United States"},
		{text: "UK only", has: []Right{Territory}, only: "United Kingdom"},
		{text: "Until 31 December 2026", has: []Right{Until}, until: end(12, 31)},
		{text: "May be used until Dec. 31, 2026. No archive.", has: []Right{Until, NoArchive}, until: end(12, 31)},
		{text: "No use after 2026-11-30", has: []Right{Until}, until: end(11, 30)},
		{text: "Not to be used after 31/12/2026", has: []Right{Until}, until: end(12, 31)},
		{text: "Not to be used after 05/06/2026", left: "Not to be used after 05/06/2026"}, // May or June?
		{text: "Expires 2026-11-26T12:00:00+01:00", has: []Right{Until}, until: time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)},
		{text: "Until 31 June 2026", left: "Until 31 June 2026"},
		{text: "Until further notice", left: "Until further notice"},
		{text: "Must be used within 14 days from transmission", has: []Right{Within}, days: 14},
		{text: "No social media. Online only. One-time use.", has: []Right{NoSocial, OnlineOnly, OneTime}},
		{text: "Print only", has: []Right{PrintOnly}},
		{text: "No internet", has: []Right{NoOnline}},
		{text: "Subscribers only", has: []Right{SubscribersOnly}},
		{text: "No archive restrictions apply", left: "No archive restrictions apply"},
		{text: "Not no archive", left: "Not no archive"},
		{text: "No salesman was harmed", left: "No salesman was harmed"},
		{text: "Ask the picture desk. Editorial use only", has: []Right{EditorialOnly}, left: "Ask the picture desk"},
		// German
		{text: "Nur zur redaktionellen Verwendung", has: []Right{EditorialOnly}},
		{text: "Keine Archivierung; keine Weitergabe an Dritte", has: []Right{NoArchive, NoSales}},
		{text: "Nicht in Österreich und der Schweiz", has: []Right{Territory}, except: "Austria Switzerland"},
		{text: "Nur bis 31. Dezember 2026", has: []Right{Until}, until: end(12, 31)},
		{text: "Nutzung bis zum 31.12.2026", has: []Right{Until}, until: end(12, 31)},
		{text: "Bildnachweis erforderlich. Einmalige Verwendung. Nur online.", has: []Right{CreditRequired, OneTime, OnlineOnly}},
		{text: "Nicht für soziale Medien", has: []Right{NoSocial}},
		// French
		{text: "Usage éditorial uniquement. Pas d’archives.", has: []Right{EditorialOnly, NoArchive}},
		{text: "Sauf Belgique et Suisse", has: []Right{Territory}, except: "Belgium Switzerland"},
		{text: "Crédit obligatoire", has: []Right{CreditRequired}},
		{text: "Utilisable jusqu’au 31 décembre 2026", has: []Right{Until}, until: end(12, 31)},
		{text: "Pas sur les réseaux sociaux", has: []Right{NoSocial}},
		// Spanish
		{text: "Solo uso editorial. No archivar. Crédito obligatorio", has: []Right{EditorialOnly, NoArchive, CreditRequired}},
		{text: "Excepto en Argentina y Chile", has: []Right{Territory}, except: "Argentina Chile"},
		{text: "Hasta el 31 de diciembre de 2026", has: []Right{Until}, until: end(12, 31)},
		{text: "No usar en redes sociales", has: []Right{NoSocial}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got := Parse(tt.text)
			var has []Right
			for _, p := range got.Understood {
				if !slices.Contains(has, p.Right) {
					has = append(has, p.Right)
				}
			}
			if !slices.Equal(has, tt.has) {
				t.Errorf("understood %v, want %v", got.Understood, tt.has)
			}
			if !got.Until.Equal(tt.until) || got.Days != tt.days || got.Credit != tt.credit || got.Left != tt.left {
				t.Errorf("got %+v", got)
			}
			if o, e := strings.Join(got.Only, " "), strings.Join(got.Except, " "); o != tt.only || e != tt.except {
				t.Errorf("only %q, except %q", o, e)
			}
		})
	}
}

func TestExpires(t *testing.T) {
	sent := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	terms := Parse("Until 31 December 2026. Use within 14 days.")
	if got := terms.Expires(sent); !got.Equal(sent.AddDate(0, 0, 14)) {
		t.Errorf("expires %v: the earlier of two ends counts", got)
	}
	if got := terms.Expires(time.Time{}); !got.Equal(end(12, 31)) {
		t.Errorf("without a date of sending it expires %v", got)
	}
}

func TestTermsInALine(t *testing.T) {
	terms := Parse(`Editorial use only. Germany out. Mandatory credit "Ada Lens". Until 31 December 2026. Ask first.`)
	if got, want := terms.String(), "editorial use only, credit “Ada Lens” required, not in Germany, until 31 December 2026"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if terms.Left != "Ask first" {
		t.Errorf("left %q", terms.Left)
	}
}

// FuzzParse: whatever comes, nothing of it is lost, and reading again what is left
// understands nothing more.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"Editorial use only. Germany out", "NO ARCHIVE - NO SALES", `Mandatory credit: "A / B"`, "bis 31.12.2026", "use within 14 days", "\xff.-/;", "for for for use",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		terms := Parse(s)
		if again := Parse(terms.Left); len(terms.Left) <= MaxText && len(again.Understood) > 0 {
			t.Errorf("left %q, and that is understood as %v", terms.Left, again.Understood)
		}
		if len(terms.Understood) == 0 && terms.Left == "" && strings.ContainsFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) {
			t.Errorf("%q is lost", s)
		}
		if !terms.Until.IsZero() && !inReach(terms.Until.AddDate(0, 0, -1)) {
			t.Errorf("until %v", terms.Until)
		}
	})
}
